package dev.boardcast.board.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.boardcast.auth.Memberships;
import dev.boardcast.event.StreamRoutes;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.Routes;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ApiDescriptionTest {

  @Test
  void everyRouteIsDescribedUnderItsPathMethodAndName(Vertx vertx) throws IOException {
    var paths = description().get("paths");
    var router = Router.router(vertx);
    routes().forEach(room -> room.mount(router));

    for (Route route : router.getRoutes()) {
      String path = route.getPath().replaceAll(":([a-z]+)", "{$1}");
      String method = route.methods().iterator().next().name().toLowerCase(Locale.ROOT);
      assertEquals(
          route.getName(), paths.path(path).path(method).path("operationId").asText(), path);
    }
    var tags = paths.findValues("tags").stream().map(tag -> tag.path(0).asText());
    assertEquals(
        router.getRoutes().size(),
        tags.filter(Set.of("tasks", "teams", "streams")::contains).count());
  }

  @Test
  void everyReferenceLeadsSomewhere() throws IOException {
    var description = description();
    var references = description.findValuesAsText("$ref");

    assertFalse(references.isEmpty());
    for (String reference : references) {
      assertTrue(reference.startsWith("#/"), reference);
      assertFalse(description.at(reference.substring(1)).isMissingNode(), reference);
    }
  }

  private static List<Routes> routes() {
    return List.of(
        new TaskRoutes(HttpConfig.DEFAULTS, null, null, null),
        new TeamRoutes(null, null, null),
        new StreamRoutes(
            HttpConfig.DEFAULTS,
            null,
            null,
            null,
            Memberships.OF_TOKEN,
            Set.of(),
            (stream, viewer) -> true));
  }

  private static JsonNode description() throws IOException {
    try (var yaml = ApiDescriptionTest.class.getResourceAsStream("/api/openapi.yaml")) {
      return new ObjectMapper(new YAMLFactory()).readTree(yaml);
    }
  }
}
