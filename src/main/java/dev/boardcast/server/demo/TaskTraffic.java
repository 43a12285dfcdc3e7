package dev.boardcast.server.demo;

import dev.boardcast.spi.Json;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Generates tasks that three users of one team create, complete and sometimes reopen. */
final class TaskTraffic implements Traffic {
  static final String TEAM = "demo-team";
  static final List<String> USERS = List.of("ada", "grace", "linus");

  private static final int MAX_OPEN = 20;
  private static final List<String> VERBS =
      List.of("Review", "Deploy", "Document", "Measure", "Simplify", "Retire");
  private static final List<String> THINGS =
      List.of("the gateway", "a dashboard", "the outbox", "last week's incident", "the index");

  private final ArrayDeque<String> open = new ArrayDeque<>();
  private final ArrayDeque<String> done = new ArrayDeque<>();

  @Override
  public double rate() {
    return 0.7;
  }

  @Override
  public Call next(RandomGenerator random) {
    String user = USERS.get(random.nextInt(USERS.size()));
    int dice = random.nextInt(10);
    if (!open.isEmpty() && (dice < 4 || open.size() >= MAX_OPEN)) {
      String task = open.poll();
      done.add(task);
      while (done.size() > MAX_OPEN) done.poll();
      return new Call(user, task + "/complete", "");
    }
    if (!done.isEmpty() && dice == 4) {
      String task = done.poll();
      open.add(task);
      return new Call(user, task + "/reopen", "");
    }
    String title =
        VERBS.get(random.nextInt(VERBS.size())) + " " + THINGS.get(random.nextInt(THINGS.size()));
    return new Call(user, "/api/v1/tasks", Json.encode(Map.of("title", title, "team_id", TEAM)));
  }

  @Override
  public void created(Call call, String location) {
    if (call.path().equals("/api/v1/tasks")) open.add(location);
  }
}
