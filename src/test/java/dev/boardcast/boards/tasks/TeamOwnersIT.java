package dev.boardcast.boards.tasks;

import static dev.boardcast.boards.tasks.TasksApi.TASKS;
import static dev.boardcast.boards.tasks.TasksApi.TEAMS;
import static dev.boardcast.boards.tasks.TasksApi.create;
import static dev.boardcast.boards.tasks.TasksApi.path;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Api;
import dev.boardcast.testing.Api.Answer;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Owners of teams: the last one, changes at once, deletion, invitations, and the migration. */
@Timeout(60)
class TeamOwnersIT {
  private static final String WITHOUT_OWNER =
      """
      SELECT count(*) FROM team WHERE deleted_at IS NULL
        AND EXISTS (SELECT FROM team_member WHERE team_id = id AND removed_at IS NULL)
        AND NOT EXISTS (SELECT FROM team_member WHERE team_id = id AND is_owner)""";

  private static Api api;
  private String id;
  private String team;

  @BeforeAll
  static void start() {
    api = TasksApi.start();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  /** A team of the owner ann and the member bob. */
  @BeforeEach
  void team() {
    id = ask("POST", TEAMS, "ann", "{\"name\":\"Reds\"}").json().get("id").asText();
    team = TEAMS + "/" + id;
    ask("POST", team + "/members", "ann", user("bob"));
  }

  @Test
  void theLastOwnerStaysWhateverAnOwnerOrAnAdminTries() {
    for (String caller : List.of("ann", "root;;admin")) {
      String before = TasksApi.contents(api);
      assertEquals(409, ask("DELETE", team + "/members/ann", caller, null).status());
      assertEquals(409, role(caller, "ann", "member").status());
      assertEquals(before, TasksApi.contents(api));
    }
    assertEquals(200, role("ann", "bob", "owner").status());
    assertEquals(204, ask("DELETE", team + "/members/ann", "ann", null).status());
    assertEquals("[\"bob\"]", ask("GET", team, "bob", null).json().get("owners").toString());
    assertEquals(409, ask("DELETE", team + "/members/bob", "bob", null).status());
  }

  @Test
  void ofOwnersWhoLeaveAtOnceOneStays() {
    for (int round = 0; round < 10; round++) {
      team();
      role("ann", "bob", "owner");
      var wishes =
          List.of(
              api.call("DELETE", team + "/members/ann").as("ann").start(),
              api.call("DELETE", team + "/members/bob").as("bob").start(),
              api.call("PATCH", team + "/members/ann")
                  .as("root;;admin")
                  .json("{\"role\":\"member\"}")
                  .start(),
              api.call("POST", team + "/hand-over").as("bob").json(user("ann")).start());

      Api.await(Future.join(wishes).otherwiseEmpty());

      for (var wish : wishes) assertTrue(wish.result().status() < 500, wish.result().text());
      assertEquals(0, api.count(WITHOUT_OWNER));
    }
  }

  @Test
  void handingOverMakesTheOtherTheOwnerInPlaceOfTheCaller() {
    assertEquals(409, ask("POST", team + "/hand-over", "ann", user("eve")).status());
    var handed = ask("POST", team + "/hand-over", "ann", user("bob"));

    assertEquals(200, handed.status());
    assertEquals("[\"bob\"]", handed.json().get("owners").toString());
    assertEquals("[\"ann\",\"bob\"]", handed.json().get("members").toString());
    assertEquals(403, ask("PATCH", team, "ann", "{\"name\":\"x\"}").status());
    assertEquals(
        List.of("{user.bob} owner", "{user.ann} member"), memberships("data->>'role'", id, 2));
  }

  @Test
  void aNameIsAllThatARenamingChanges() {
    var task = create(api, "ann", "{\"title\":\"t\",\"team_id\":\"" + id + "\"}");
    var renamed = ask("PATCH", team, "ann", "{\"name\":\"Blues\"}");

    assertEquals("Blues", renamed.json().get("name").asText());
    assertEquals(id, renamed.json().get("id").asText());
    assertEquals(task, ask("GET", path(task), "bob", null).json());
    int events = TasksApi.events(api).size();
    assertEquals(200, ask("PATCH", team, "ann", "{\"name\":\"Blues\"}").status());
    assertEquals(events, TasksApi.events(api).size());
  }

  @Test
  void aDeletedTeamIsGoneForItsMembersAndItsTasksStayWithTheirOwners() {
    var task = create(api, "bob", "{\"title\":\"t\",\"team_id\":\"" + id + "\"}");
    ask("POST", path(task) + "/share", "bob", user("sam"));
    ask("POST", team + "/invitations", "ann", user("ivy"));

    assertEquals(204, ask("DELETE", team, "ann", null).status());

    assertEquals(404, ask("GET", team, "ann", null).status());
    assertEquals(404, ask("DELETE", team, "root;;admin", null).status());
    assertEquals(0, ask("GET", TEAMS, "bob", null).json().get("items").findValues(id).size());
    assertEquals(404, ask("GET", path(task), "ann", null).status());
    assertEquals(200, ask("GET", path(task), "bob", null).status());
    assertEquals(200, ask("GET", path(task), "sam", null).status());
    assertEquals(404, ask("POST", "/api/v1/invitations/" + id + "/accept", "ivy", null).status());
    assertEquals(
        403, ask("POST", TASKS, "ann", "{\"title\":\"t\",\"team_id\":\"" + id + "\"}").status());
    var again = ask("POST", TEAMS, "root;;admin", "{\"name\":\"Reds\",\"id\":\"" + id + "\"}");
    assertEquals(409, again.status());
    assertEquals("id", again.fields());
  }

  @Test
  void anInvitationGivesNothingUntilItIsAcceptedAndEndsAfterTwoWeeks() {
    var invited = ask("POST", team + "/invitations", "ann", user("ivy"));
    assertEquals(201, invited.status());
    assertEquals(200, ask("POST", team + "/invitations", "ann", user("ivy")).status());
    assertEquals(404, ask("GET", team, "ivy", null).status());
    var mine = ask("GET", "/api/v1/invitations", "ivy", null).json().get("items");
    assertEquals(List.of("Reds"), mine.findValuesAsText("team_name"));
    assertEquals(List.of("ann"), mine.findValuesAsText("invited_by"));

    String accept = "/api/v1/invitations/" + id + "/accept";
    api.rows("UPDATE team_invitation SET expires_at = now() WHERE team_id = '" + id + "'");
    assertEquals(404, ask("POST", accept, "ivy", null).status());
    assertEquals(0, ask("GET", "/api/v1/invitations", "ivy", null).json().get("items").size());

    assertEquals(201, ask("POST", team + "/invitations", "ann", user("ivy")).status());
    assertEquals(204, ask("POST", accept, "ivy", null).status());
    assertEquals(200, ask("GET", team, "ivy", null).status());
    assertEquals(404, ask("POST", accept, "ivy", null).status());
    assertEquals(409, ask("POST", team + "/invitations", "ann", user("ivy")).status());
  }

  @Test
  void openInvitationsAreBoundedByTeamAndByUser() {
    api.rows(
        """
        INSERT INTO team_invitation (team_id, user_id, invited_by, expires_at)
        SELECT '%s', 'u' || i, 'ann', now() + interval '1 day' FROM generate_series(1, 100) i"""
            .formatted(id));
    var full = ask("POST", team + "/invitations", "ann", user("x"));
    assertEquals(409, full.status());
    assertEquals("user_id", full.fields());
    assertEquals(200, ask("POST", team + "/invitations", "ann", user("u7")).status());
    api.rows("UPDATE team_invitation SET expires_at = now() WHERE team_id = '" + id + "'");
    assertEquals(201, ask("POST", team + "/invitations", "ann", user("x")).status());
    assertEquals(1, api.count("SELECT count(*) FROM team_invitation WHERE team_id = '" + id + "'"));

    api.rows(
        """
        WITH made AS (INSERT INTO team (id, name, created_by)
          SELECT 'many-' || i, 'n', 'ann' FROM generate_series(1, 100) i RETURNING id)
        INSERT INTO team_invitation (team_id, user_id, invited_by, expires_at)
        SELECT id, 'wanted', 'ann', now() + interval '1 day' FROM made""");
    assertEquals(409, ask("POST", team + "/invitations", "ann", user("wanted")).status());
  }

  @Test
  void addingAnInvitedUserEndsTheInvitation() {
    ask("POST", team + "/invitations", "ann", user("ivy"));
    assertEquals(201, ask("POST", team + "/members", "ann", user("ivy")).status());
    assertEquals(0, ask("GET", team + "/invitations", "ann", null).json().get("items").size());
  }

  @Test
  void aMemberByTokenWhoStoresTheTeamOwnsIt() {
    String stored = "{\"id\":\"tokens-" + id + "\",\"name\":\"n\"}";
    String path = TEAMS + "/tokens-" + id;
    String max = "max;tokens-" + id;
    assertEquals(404, ask("PATCH", path, max, "{\"name\":\"x\"}").status());
    assertEquals(404, ask("POST", path + "/members", max, user("eve")).status());

    assertEquals(201, ask("POST", TEAMS, "mia;tokens-" + id, stored).status());

    assertEquals(200, ask("GET", path, max, null).status());
    assertEquals(403, ask("POST", path + "/members", max, user("eve")).status());
    assertEquals(404, role("mia", path, "max", "owner").status());
    assertEquals(204, ask("DELETE", path, "mia", null).status());
    assertEquals(
        201,
        ask("POST", TASKS, max, "{\"title\":\"t\",\"team_id\":\"tokens-" + id + "\"}").status());
  }

  @Test
  void sharingAgainWithoutALevelLeavesTheLevel() {
    var task = create(api, "ann", "{\"title\":\"t\"}");
    String share = path(task) + "/share";
    var read = ask("POST", share, "ann", "{\"user_id\":\"sam\",\"access\":\"read\"}");
    assertEquals("[\"sam\"]", read.json().get("shared_with").toString());
    assertEquals("[\"sam\"]", read.json().get("readers").toString());
    assertEquals(read.json(), ask("POST", share, "ann", user("sam")).json());
    var raised = ask("POST", share, "ann", "{\"user_id\":\"sam\",\"access\":\"edit\"}");
    assertEquals("[]", raised.json().get("readers").toString());
    assertEquals(3, raised.json().get("version").asInt());
    ask("POST", share, "ann", "{\"user_id\":\"sam\",\"access\":\"read\"}");
    var withdrawn = ask("DELETE", share + "/sam", "ann", null);
    assertEquals("[]", withdrawn.json().get("readers").toString());
  }

  @Test
  void ofSeveralWaysToSeeATaskTheHighestLevelCounts() {
    String task =
        path(
            create(
                api,
                "ann",
                "{\"title\":\"t\",\"team_id\":\"" + id + "\",\"team_access\":\"read\"}"));
    assertEquals(403, ask("POST", task + "/complete", "bob", null).status());
    ask("POST", task + "/share", "ann", user("bob"));
    assertEquals(200, ask("POST", task + "/complete", "bob", null).status());
    ask("POST", task + "/share", "ann", "{\"user_id\":\"bob\",\"access\":\"read\"}");
    assertEquals(403, ask("POST", task + "/reopen", "bob", null).status());
    ask("PATCH", task, "ann", "{\"team_access\":\"edit\"}");
    assertEquals(200, ask("POST", task + "/reopen", "bob", null).status());
  }

  @Test
  void theMigrationMakesCreatorsOwnersElseTheOldestMember() throws IOException {
    Map<String, String> owners = new TreeMap<>();
    try (var older = TasksApi.start()) {
      older.rows(
          """
          DROP TABLE team_invitation;
          ALTER TABLE team DROP COLUMN deleted_at;
          ALTER TABLE team_member DROP CONSTRAINT owners_are_members, DROP COLUMN is_owner;
          ALTER TABLE task DROP COLUMN team_reads_only, DROP COLUMN readers;
          INSERT INTO team (id, name, created_by)
            VALUES ('kept', 'n', 'zoe'), ('left', 'n', 'zoe'), ('none', 'n', 'zoe');
          INSERT INTO team_member (user_id, team_id, added_at, removed_at) VALUES
            ('zoe', 'kept', '2026-01-02', NULL), ('ann', 'kept', '2026-01-01', NULL),
            ('zoe', 'left', '2026-01-01', '2026-01-04'), ('bob', 'left', '2026-01-03', NULL),
            ('cid', 'left', '2026-01-02', NULL), ('zoe', 'none', '2026-01-01', '2026-01-02');
          INSERT INTO task (id, title, owner_id, team_id, shared_with, created_at, updated_at, content)
            VALUES ('00000000-0000-4000-8000-000000000001', 't', 'ann', 'kept', '{sam}', now(), now(), '');
          """);
      older.rows(
          Files.readString(
              Path.of(
                  "src/main/resources/dev/boardcast/migration/V029__team_owners_and_sharing_levels.sql")));
      older
          .rows("SELECT team_id, user_id FROM team_member WHERE is_owner")
          .forEach(row -> owners.put(row.getString(0), row.getString(1)));
      assertEquals(Map.of("kept", "zoe", "left", "cid"), owners);
      for (String caller : List.of("sam", "zoe")) {
        String task = TASKS + "/00000000-0000-4000-8000-000000000001";
        assertEquals(
            200,
            older
                .call("PATCH", task)
                .as(caller)
                .json("{\"title\":\"" + caller + "\"}")
                .now()
                .status());
      }
    }
  }

  /** The last events of memberships of a team in order. */
  private static List<String> memberships(String shown, String id, int count) {
    var all = new ArrayList<String>();
    api.rows(
            "SELECT streams::text || ' ' || (%s) FROM outbox WHERE type = 'membership_changed' AND data->>'team_id' = '%s' ORDER BY id"
                .formatted(shown, id))
        .forEach(row -> all.add(row.getString(0)));
    return all.subList(all.size() - count, all.size());
  }

  private Answer role(String caller, String user, String role) {
    return role(caller, team, user, role);
  }

  private static Answer role(String caller, String path, String user, String role) {
    return ask("PATCH", path + "/members/" + user, caller, "{\"role\":\"" + role + "\"}");
  }

  private static Answer ask(String method, String path, String caller, String json) {
    var call = api.call(method, path).as(caller);
    return (json == null ? call : call.json(json)).now();
  }

  private static String user(String name) {
    return "{\"user_id\":\"" + name + "\"}";
  }
}
