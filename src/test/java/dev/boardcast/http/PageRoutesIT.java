package dev.boardcast.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Api;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PageRoutesIT {
  private static Api api;

  @BeforeAll
  static void start() {
    api = new Api(parts -> List.of(new PageRoutes()));
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void theDescriptionsOfTheApiAreServed() {
    for (String name : List.of("openapi: 3.1", "asyncapi: 3.0")) {
      var answer = api.call("GET", "/api/" + name.split(":")[0] + ".yaml").now();

      assertEquals(200, answer.status());
      assertEquals("application/yaml", answer.header("Content-Type"));
      assertTrue(answer.text().startsWith(name));
    }
  }

  @Test
  void theStartPageIsServedAndAnAbsentOneIsNot() {
    assertEquals(200, api.call("GET", "/").now().status());
    assertEquals(404, api.call("GET", "/absent.html").now().status());
    assertEquals(404, api.call("GET", "/../api/openapi.html").now().status());
  }
}
