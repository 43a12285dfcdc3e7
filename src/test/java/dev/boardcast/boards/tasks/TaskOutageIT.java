package dev.boardcast.boards.tasks;

import static dev.boardcast.boards.tasks.TasksApi.TASKS;
import static dev.boardcast.boards.tasks.TasksApi.create;
import static dev.boardcast.boards.tasks.TasksApi.path;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.http.HttpConfig;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Services;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TaskOutageIT {

  @Test
  void withoutDatabaseRequestsGet503AndAreServedWhenItIsBack(@TempDir Path data) {
    try (var services = Services.dedicated(data);
        var api = new Api(services.freshDatabase(), HttpConfig.DEFAULTS, TasksApi::routes)) {
      var task = create(api, "ann", "{\"title\":\"kept\"}");

      services.stopPostgres();
      var answers =
          IntStream.range(0, 30)
              .mapToObj(i -> i % 2 == 0 ? post(api, "t" + i) : read(api, path(task)))
              .toList();
      Api.await(Future.join(answers));

      for (var answer : answers) {
        assertEquals(503, answer.result().status(), answer.result().text());
        assertEquals("1", answer.result().header("Retry-After"));
        assertEquals("application/problem+json", answer.result().header("Content-Type"));
      }
      services.startPostgres();
      assertEquals(200, Api.await(read(api, path(task))).status());
      assertEquals(201, Api.await(post(api, "again")).status());
      assertEquals(
          List.of("again", "kept"),
          api.rows("SELECT title FROM task ORDER BY title").stream()
              .map(row -> row.getString(0))
              .toList());
    }
  }

  private static Future<Api.Answer> post(Api api, String title) {
    return api.call("POST", TASKS).as("ann").json("{\"title\":\"" + title + "\"}").start();
  }

  private static Future<Api.Answer> read(Api api, String path) {
    return api.call("GET", path).as("ann").start();
  }
}
