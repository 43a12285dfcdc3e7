package dev.boardcast.boards.tasks;

import static dev.boardcast.boards.tasks.TasksApi.TASKS;
import static dev.boardcast.boards.tasks.TasksApi.TEAMS;
import static dev.boardcast.boards.tasks.TasksApi.create;
import static dev.boardcast.boards.tasks.TasksApi.path;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Addresses;
import dev.boardcast.spi.Principal;
import dev.boardcast.testing.Api;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TeamsIT {
  private Api api;

  @BeforeEach
  void start() {
    api = TasksApi.start();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void theCreatorIsTheOwnerAndAddsOthers() {
    var created = api.call("POST", TEAMS).as("ann").json("{\"name\":\"Reds\"}").now();
    assertEquals(201, created.status());
    String team = created.header("Location");
    assertEquals("[\"ann\"]", created.json().get("members").toString());
    assertEquals("[\"ann\"]", created.json().get("owners").toString());

    assertEquals(404, api.call("GET", team).as("bob").now().status());
    assertEquals(404, add(team, "bob", "bob"));
    assertEquals(201, add(team, "ann", "bob"));
    assertEquals(200, add(team, "ann", "bob"));
    assertEquals(403, add(team, "bob", "cid"));
    assertEquals(201, add(team, "ann", "cid"));

    var seen = api.call("GET", team).as("bob").now().json();
    assertEquals("[\"ann\",\"bob\",\"cid\"]", seen.get("members").toString());
    var members = api.call("GET", team + "/members").as("bob").now().json();
    assertEquals(List.of("ann", "bob", "cid"), members.findValuesAsText("user_id"));
    assertEquals(List.of("owner", "member", "member"), members.findValuesAsText("role"));
    var teams = api.call("GET", TEAMS).as("cid").now().json();
    assertEquals(List.of(created.json().get("id").asText()), teams.findValuesAsText("id"));
    assertEquals(0, api.call("GET", TEAMS).as("eve").now().json().get("items").size());
    assertEquals(404, api.call("GET", team + "/members").as("eve").now().status());
    assertEquals(404, api.call("DELETE", team + "/members/ann").as("eve").now().status());
    assertEquals(403, api.call("DELETE", team + "/members/ann").as("bob").now().status());
    assertEquals(200, api.call("GET", team).as("root;;admin").now().status());
    assertEquals(401, api.call("GET", TEAMS).now().status());
  }

  @Test
  void aStoredMemberSeesTheTeamsTasksUntilRemoved() {
    String team = team("ann");
    var task = create(api, "ann", "{\"title\":\"t\",\"team_id\":\"" + team + "\"}");
    add(TEAMS + "/" + team, "ann", "bob");
    assertEquals(200, api.call("GET", path(task)).as("bob").now().status());

    assertEquals(
        204, api.call("DELETE", TEAMS + "/" + team + "/members/bob").as("ann").now().status());

    assertEquals(404, api.call("GET", path(task)).as("bob").now().status());
    assertEquals(0, api.call("GET", TASKS).as("bob").now().json().get("items").size());
    assertEquals(
        0, api.call("GET", TASKS + "/statistics").as("bob").now().json().get("total").asInt());
    assertEquals(403, post("bob", team));
  }

  @Test
  void aRemovalOutweighsAnOlderTokenAndYieldsToANewerOne() {
    api.call("POST", TEAMS).as("ann;red").json("{\"id\":\"red\",\"name\":\"Reds\"}").now();
    var task = create(api, "ann", "{\"title\":\"t\",\"team_id\":\"red\"}");
    Instant before = Instant.now();
    String older = "bob;red;;" + before;
    assertEquals(200, api.call("GET", path(task)).as(older).now().status());

    api.call("DELETE", TEAMS + "/red/members/bob").as("ann").now();

    String newer = "bob;red;;" + Instant.now().plus(Duration.ofSeconds(1));
    assertEquals(404, api.call("GET", path(task)).as(older).now().status());
    assertEquals(200, api.call("GET", path(task)).as(newer).now().status());
    var memberships = new StoredMemberships(api.parts().pool());
    assertEquals(
        Set.of("blue"),
        Api.await(
                memberships.resolve(
                    new Principal("bob", Set.of("red", "blue"), Set.of(), before, Instant.MAX)))
            .teams());
    assertEquals(201, add(TEAMS + "/red", "ann", "bob"));
    assertEquals(200, api.call("GET", path(task)).as(older).now().status());
  }

  @Test
  void anyoneMayLeave() {
    String team = TEAMS + "/" + team("ann");
    add(team, "ann", "bob");

    assertEquals(204, api.call("DELETE", team + "/members/bob").as("bob").now().status());

    assertEquals(404, api.call("GET", team).as("bob").now().status());
  }

  @Test
  void anIdThatMightBeATeamOfTokensIsNotForEveryoneToChoose() {
    String json = "{\"id\":\"red\",\"name\":\"Reds\"}";

    var stranger = api.call("POST", TEAMS).as("eve").json(json).now();
    var member = api.call("POST", TEAMS).as("ann;red").json(json).now();
    var again = api.call("POST", TEAMS).as("ann;red").json(json).now();
    var other = api.call("POST", TEAMS).as("max;red").json(json).now();
    var late = api.call("POST", TEAMS).as("eve").json(json).now();
    var admin = api.call("POST", TEAMS).as("root;;admin").json(json.replace("red", "blue")).now();

    assertEquals(403, stranger.status());
    assertEquals("id", stranger.fields());
    assertEquals(201, member.status());
    assertEquals(200, again.status());
    assertEquals(409, other.status());
    assertEquals(409, late.status());
    assertEquals(201, admin.status());
  }

  @Test
  void aChangeOfMembersIsToldAfterCommitAndOnlyWhenThereIsOne() throws Exception {
    var changed = new LinkedBlockingQueue<String>();
    Api.await(
        api.parts()
            .bus()
            .subscribe(Addresses.PRINCIPAL_CHANGES, change -> changed.add(change.user())));

    String team = TEAMS + "/" + team("ann");
    add(team, "ann", "bob");
    add(team, "ann", "bob");
    add(team, "eve", "eve");
    api.call("DELETE", team + "/members/cid").as("ann").now();

    for (String user : List.of("ann", "bob", "cid")) {
      assertEquals(user, changed.poll(5, TimeUnit.SECONDS));
    }
    assertTrue(changed.isEmpty());
    assertEquals(
        List.of("{user.ann} true", "{user.bob} true", "{user.cid} false"),
        api
            .rows(
                "SELECT streams::text || ' ' || (data->>'member') FROM outbox"
                    + " WHERE type = 'membership_changed' ORDER BY id")
            .stream()
            .map(row -> row.getString(0))
            .toList());
  }

  @Test
  void aTeamIsFullAtSomePoint() {
    String id = team("ann");
    api.rows(
        "INSERT INTO team_member (user_id, team_id) SELECT 'u' || i, '%s' FROM generate_series(1, 999) i"
            .formatted(id));

    var answer =
        api.call("POST", TEAMS + "/" + id + "/members").as("ann").json("{\"user_id\":\"x\"}").now();

    assertEquals(409, answer.status());
    assertEquals("user_id", answer.fields());
    assertEquals(200, add(TEAMS + "/" + id, "ann", "u7"));
  }

  @Test
  void teamsArePagedById() {
    for (int i = 0; i < 5; i++) {
      api.call("POST", TEAMS)
          .as("root;;admin")
          .json("{\"id\":\"team-%d\",\"name\":\"n\"}".formatted(i))
          .now();
    }

    var first = api.call("GET", TEAMS + "?limit=3").as("root").now().json();
    var second =
        api.call("GET", TEAMS + "?limit=3&cursor=" + first.get("next").asText())
            .as("root")
            .now()
            .json();

    assertEquals(List.of("team-0", "team-1", "team-2"), first.findValuesAsText("id"));
    assertEquals(List.of("team-3", "team-4"), second.findValuesAsText("id"));
    assertTrue(second.get("next").isNull());
  }

  @Test
  void aKeyMakesOneTeam() {
    String key = UUID.randomUUID().toString();

    var first =
        api.call("POST", TEAMS).as("ann").with("Idempotency-Key", key).json("{\"name\":\"n\"}");
    String id = first.now().json().get("id").asText();

    assertEquals(id, first.now().json().get("id").asText());
    assertEquals(1, api.count("SELECT count(*) FROM team"));
  }

  private String team(String token) {
    return api.call("POST", TEAMS)
        .as(token)
        .json("{\"name\":\"n\"}")
        .now()
        .json()
        .get("id")
        .asText();
  }

  private int add(String team, String token, String user) {
    return api.call("POST", team + "/members")
        .as(token)
        .json("{\"user_id\":\"" + user + "\"}")
        .now()
        .status();
  }

  private int post(String token, String team) {
    return api.call("POST", TASKS)
        .as(token)
        .json("{\"title\":\"t\",\"team_id\":\"" + team + "\"}")
        .now()
        .status();
  }
}
