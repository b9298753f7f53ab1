// The part of GitHub's GraphQL schema that is served, in its own words.
import { buildSchema } from 'graphql';

export const schema = buildSchema(`
scalar GitObjectID
scalar Base64String
scalar DateTime
scalar GitTimestamp
scalar URI
scalar BigInt

interface Node { id: ID! }
interface Actor { login: String! url: URI! avatarUrl(size: Int): URI! }
interface RepositoryOwner { id: ID! login: String! url: URI! repository(name: String!, followRenames: Boolean = true): Repository }
interface GitObject { id: ID! oid: GitObjectID! abbreviatedOid: String! commitUrl: URI! repository: Repository! }

type Query {
  repository(owner: String!, name: String!, followRenames: Boolean = true): Repository
  repositoryOwner(login: String!): RepositoryOwner
  organization(login: String!): Organization
  user(login: String!): User
  viewer: User!
  node(id: ID!): Node
  nodes(ids: [ID!]!): [Node]!
  rateLimit(dryRun: Boolean = false): RateLimit
}

type Mutation {
  createCommitOnBranch(input: CreateCommitOnBranchInput!): CreateCommitOnBranchPayload
  deleteIssue(input: DeleteIssueInput!): DeleteIssuePayload
  createProjectV2(input: CreateProjectV2Input!): CreateProjectV2Payload
  addProjectV2ItemById(input: AddProjectV2ItemByIdInput!): AddProjectV2ItemByIdPayload
  deleteProjectV2Item(input: DeleteProjectV2ItemInput!): DeleteProjectV2ItemPayload
}

type RateLimit { cost: Int! limit: Int! nodeCount: Int! remaining: Int! resetAt: DateTime! used: Int! }
type PageInfo { endCursor: String hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String }

type User implements Node & Actor & RepositoryOwner {
  id: ID! databaseId: Int login: String! name: String email: String! url: URI! avatarUrl(size: Int): URI!
  repository(name: String!, followRenames: Boolean = true): Repository
  projectV2(number: Int!): ProjectV2
  projectsV2(first: Int, after: String, last: Int, before: String): ProjectV2Connection!
}
type Bot implements Node & Actor { id: ID! databaseId: Int login: String! url: URI! avatarUrl(size: Int): URI! }
type Organization implements Node & Actor & RepositoryOwner {
  id: ID! databaseId: Int login: String! name: String url: URI! avatarUrl(size: Int): URI!
  repository(name: String!, followRenames: Boolean = true): Repository
  repositories(first: Int, after: String, last: Int, before: String): RepositoryConnection!
  projectV2(number: Int!): ProjectV2
  projectsV2(first: Int, after: String, last: Int, before: String): ProjectV2Connection!
}
type RepositoryConnection { nodes: [Repository] pageInfo: PageInfo! totalCount: Int! }

type Repository implements Node {
  id: ID! databaseId: Int name: String! nameWithOwner: String! owner: RepositoryOwner! url: URI!
  description: String homepageUrl: URI createdAt: DateTime! updatedAt: DateTime! pushedAt: DateTime
  isPrivate: Boolean! isArchived: Boolean! isTemplate: Boolean! isEmpty: Boolean! visibility: RepositoryVisibility!
  templateRepository: Repository
  viewerPermission: RepositoryPermission
  defaultBranchRef: Ref
  ref(qualifiedName: String!): Ref
  refs(refPrefix: String!, first: Int, after: String, last: Int, before: String, query: String): RefConnection
  object(oid: GitObjectID, expression: String): GitObject
  pullRequest(number: Int!): PullRequest
  pullRequests(first: Int, after: String, last: Int, before: String, states: [PullRequestState!], headRefName: String, baseRefName: String): PullRequestConnection!
  issues(first: Int, after: String, last: Int, before: String, states: [IssueState!], orderBy: IssueOrder): IssueConnection!
}
enum RepositoryVisibility { PRIVATE PUBLIC INTERNAL }
enum RepositoryPermission { ADMIN MAINTAIN READ TRIAGE WRITE }

type Ref implements Node { id: ID! name: String! prefix: String! repository: Repository! target: GitObject compare(headRef: String!): Comparison }
type RefConnection { nodes: [Ref] pageInfo: PageInfo! totalCount: Int! }
type Comparison { aheadBy: Int! behindBy: Int! status: ComparisonStatus! }
enum ComparisonStatus { AHEAD BEHIND DIVERGED IDENTICAL }

type Commit implements Node & GitObject {
  id: ID! oid: GitObjectID! abbreviatedOid: String! commitUrl: URI! url: URI! repository: Repository!
  message: String! messageHeadline: String! messageBody: String!
  authoredDate: DateTime! committedDate: DateTime!
  author: GitActor committer: GitActor
  parents(first: Int, after: String, last: Int, before: String): CommitConnection!
  tree: Tree!
  file(path: String!): TreeEntry
  history(first: Int, after: String, last: Int, before: String, path: String): CommitHistoryConnection!
  signature: GitSignature
  changedFilesIfAvailable: Int
}
type CommitConnection { nodes: [Commit] pageInfo: PageInfo! totalCount: Int! }
type CommitHistoryConnection { nodes: [Commit] edges: [CommitEdge] pageInfo: PageInfo! totalCount: Int! }
type CommitEdge { cursor: String! node: Commit }
type GitActor { name: String email: String date: GitTimestamp user: User }
interface GitSignature { email: String! isValid: Boolean! payload: String! signature: String! state: GitSignatureState! wasSignedByGitHub: Boolean! }
type GpgSignature implements GitSignature { email: String! isValid: Boolean! payload: String! signature: String! state: GitSignatureState! wasSignedByGitHub: Boolean! keyId: String }
enum GitSignatureState { VALID UNKNOWN_KEY INVALID }

type Tree implements Node & GitObject { id: ID! oid: GitObjectID! abbreviatedOid: String! commitUrl: URI! repository: Repository! entries: [TreeEntry!] }
type TreeEntry { name: String! path: String oid: GitObjectID! mode: Int! type: String! size: Int! extension: String object: GitObject repository: Repository! }
type Blob implements Node & GitObject { id: ID! oid: GitObjectID! abbreviatedOid: String! commitUrl: URI! repository: Repository! byteSize: Int! isBinary: Boolean isTruncated: Boolean! text: String }
type Tag implements Node & GitObject { id: ID! oid: GitObjectID! abbreviatedOid: String! commitUrl: URI! repository: Repository! name: String! message: String target: GitObject! }

enum PullRequestState { CLOSED MERGED OPEN }
enum MergeableState { CONFLICTING MERGEABLE UNKNOWN }
type PullRequest implements Node {
  id: ID! databaseId: Int number: Int! title: String! body: String! url: URI! state: PullRequestState! closed: Boolean! merged: Boolean! isDraft: Boolean!
  headRefName: String! headRefOid: GitObjectID! baseRefName: String! baseRefOid: GitObjectID!
  mergeable: MergeableState! mergeCommit: Commit author: Actor
  createdAt: DateTime! updatedAt: DateTime! closedAt: DateTime mergedAt: DateTime repository: Repository!
}
enum IssueState { CLOSED OPEN }
enum IssueStateReason { COMPLETED DUPLICATE NOT_PLANNED REOPENED }
enum IssueOrderField { COMMENTS CREATED_AT UPDATED_AT }
enum OrderDirection { ASC DESC }
input IssueOrder { field: IssueOrderField! direction: OrderDirection! }
type Issue implements Node {
  id: ID! databaseId: Int number: Int! title: String! body: String! url: URI! state: IssueState! stateReason: IssueStateReason closed: Boolean!
  author: Actor createdAt: DateTime! updatedAt: DateTime! closedAt: DateTime repository: Repository!
  projectItems(includeArchived: Boolean = true, first: Int, after: String, last: Int, before: String): ProjectV2ItemConnection!
}
type IssueConnection { nodes: [Issue] pageInfo: PageInfo! totalCount: Int! }

type ProjectV2 implements Node {
  id: ID! number: Int! title: String! url: URI! closed: Boolean! public: Boolean! creator: Actor createdAt: DateTime! updatedAt: DateTime!
  items(first: Int, after: String, last: Int, before: String): ProjectV2ItemConnection!
}
type ProjectV2Connection { nodes: [ProjectV2] pageInfo: PageInfo! totalCount: Int! }
type ProjectV2Item implements Node { id: ID! type: ProjectV2ItemType! isArchived: Boolean! creator: Actor createdAt: DateTime! project: ProjectV2! content: ProjectV2ItemContent }
type ProjectV2ItemConnection { nodes: [ProjectV2Item] pageInfo: PageInfo! totalCount: Int! }
enum ProjectV2ItemType { DRAFT_ISSUE ISSUE PULL_REQUEST REDACTED }
union ProjectV2ItemContent = Issue | PullRequest

type PullRequestConnection { nodes: [PullRequest] pageInfo: PageInfo! totalCount: Int! }

input CreateCommitOnBranchInput { clientMutationId: String branch: CommittableBranch! fileChanges: FileChanges message: CommitMessage! expectedHeadOid: GitObjectID! }
input DeleteIssueInput { clientMutationId: String issueId: ID! }
type DeleteIssuePayload { clientMutationId: String repository: Repository }
input CreateProjectV2Input { clientMutationId: String ownerId: ID! title: String! }
type CreateProjectV2Payload { clientMutationId: String projectV2: ProjectV2 }
input AddProjectV2ItemByIdInput { clientMutationId: String projectId: ID! contentId: ID! }
type AddProjectV2ItemByIdPayload { clientMutationId: String item: ProjectV2Item }
input DeleteProjectV2ItemInput { clientMutationId: String projectId: ID! itemId: ID! }
type DeleteProjectV2ItemPayload { clientMutationId: String deletedItemId: ID }
input CommittableBranch { id: ID repositoryNameWithOwner: String branchName: String }
input FileChanges { deletions: [FileDeletion!] = [] additions: [FileAddition!] = [] }
input FileAddition { path: String! contents: Base64String! }
input FileDeletion { path: String! }
input CommitMessage { headline: String! body: String }
type CreateCommitOnBranchPayload { clientMutationId: String commit: Commit ref: Ref }
`);
