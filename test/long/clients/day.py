# A teacher's and a student's day by PyGithub: makes teams and a repository, works in it, reviews, releases.
import sys
import time

from github import Auth, Github, GithubException

url, teacher_token, student_token = sys.argv[1:4]


def connect(token):
    auth = Auth.Token(token)
    return Github(base_url=f"{url}/api/v3", auth=auth, retry=None, seconds_between_requests=0, seconds_between_writes=0)


teacher, student = connect(teacher_token), connect(student_token)
org = teacher.get_organization("school")
ada = teacher.get_user("ada")
team = org.create_team("ada-team", privacy="closed")
team.add_membership(ada)
assert [member.login for member in team.get_members()] == ["ada"]
assert org.get_team(team.id).name == "ada-team"
repo = org.create_repo_from_template("hw-ada", org.get_repo("student-template"), private=True)
for attempt in range(50):
    try:
        first = list(repo.get_commits())
        break
    except GithubException as error:
        assert error.status == 409, error
        time.sleep(0.1)
assert len(first) == 1
team.update_team_repository(repo, "push")
assert [one.name for one in team.get_repos()] == ["hw-ada"]
issue = repo.create_issue("Welcome", body="Hello", assignee="ada")
issue.create_comment("A word")
issue.add_to_labels("data")
assert [one.body for one in issue.get_comments()] == ["A word"]
assert [one.name for one in issue.get_labels()] == ["data"]

mine = student.get_repo("school/hw-ada")
mine.create_git_ref("refs/heads/work", mine.get_branch("main").commit.sha)
mine.create_file("a.txt", "Add a", "a\n", branch="work")
pull = mine.create_pull(base="main", head="work", title="Work", body="Words")
assert [one.filename for one in pull.get_files()] == ["a.txt"]

seen = repo.get_pull(pull.number)
seen.create_review(body="Good", event="APPROVE")
assert seen.merge().merged
repo.create_git_release("v1", "One", "Words")
assert [one.tag_name for one in repo.get_releases()] == ["v1"]
for empty in (repo.get_contributors(), repo.get_events(), repo.get_stargazers(), repo.get_forks(), repo.get_hooks()):
    assert list(empty) == []
assert list(issue.get_events()) == [] and list(issue.get_timeline()) == []
assert [one.login for one in ada.get_orgs()] == ["school"]
issue.edit(state="closed")
assert "Welcome" in [one.title for one in repo.get_issues(state="closed")]
repo.get_git_ref("heads/work").delete()
assert [one.name for one in repo.get_branches()] == ["main"]
print("a day is over")
