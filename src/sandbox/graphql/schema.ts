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
}

type RateLimit { cost: Int! limit: Int! nodeCount: Int! remaining: Int! resetAt: DateTime! used: Int! }
type PageInfo { endCursor: String hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String }

type User implements Node & Actor & RepositoryOwner {
  id: ID! databaseId: Int login: String! name: String email: String! url: URI! avatarUrl(size: Int): URI!
  repository(name: String!, followRenames: Boolean = true): Repository
}
type Bot implements Node & Actor { id: ID! databaseId: Int login: String! url: URI! avatarUrl(size: Int): URI! }
type Organization implements Node & Actor & RepositoryOwner {
  id: ID! databaseId: Int login: String! name: String url: URI! avatarUrl(size: Int): URI!
  repository(name: String!, followRenames: Boolean = true): Repository
  repositories(first: Int, after: String, last: Int, before: String): RepositoryConnection!
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
type PullRequestConnection { nodes: [PullRequest] pageInfo: PageInfo! totalCount: Int! }

input CreateCommitOnBranchInput { clientMutationId: String branch: CommittableBranch! fileChanges: FileChanges message: CommitMessage! expectedHeadOid: GitObjectID! }
input DeleteIssueInput { clientMutationId: String issueId: ID! }
type DeleteIssuePayload { clientMutationId: String repository: Repository }
input CommittableBranch { id: ID repositoryNameWithOwner: String branchName: String }
input FileChanges { deletions: [FileDeletion!] = [] additions: [FileAddition!] = [] }
input FileAddition { path: String! contents: Base64String! }
input FileDeletion { path: String! }
input CommitMessage { headline: String! body: String }
type CreateCommitOnBranchPayload { clientMutationId: String commit: Commit ref: Ref }
`);
