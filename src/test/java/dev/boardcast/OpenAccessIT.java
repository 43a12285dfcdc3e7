package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/**
 * A node that others can reach warns of what it lets anybody do: once in its log, and to admins.
 */
@Timeout(120)
class OpenAccessIT {
  private static final String ADMIN = Person.of("root").with("admin").token();

  private final Vertx vertx = Vertx.vertx();
  private Boardcast node;

  @AfterEach
  void stop() throws Exception {
    if (node != null) node.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "auth=off | write facts (auth=off)",
        "default-visibility=public | see boards and streams (default-visibility=public)",
        "auth=off default-visibility=public older-paths=public | write facts (auth=off), and see"
            + " boards and streams (default-visibility=public)",
        "visibility=*=public | see boards and streams (visibility=*=public)",
        "older-paths=public | see boards on the paths of older clients (older-paths=public)",
      })
  void whatIsOpenIsNamedWithItsSettings(String settings, String what) throws Exception {
    String warning =
        "This node listens on 0.0.0.0, and anybody who reaches it can " + what + " without a token";
    assertEquals(List.of(warning), warnings("0.0.0.0", settings.split(" ")));
    JsonNode shown = nodes().at("/nodes/0/doing/warnings");
    assertEquals(Json.MAPPER.valueToTree(List.of(warning)), shown);
  }

  @Test
  void aNodeThatNeedsTokensDoesNotWarn() throws Exception {
    assertEquals(List.of(), warnings("0.0.0.0", "visibility=news=public"));
    assertEquals(0, nodes().at("/nodes/0/doing/warnings").size());
  }

  @Test
  void aNodeOnLoopbackDoesNotWarn() throws Exception {
    assertEquals(List.of(), warnings("127.0.0.1", "auth=off", "default-visibility=public"));
  }

  /** Starts a node, and returns what it warned of. */
  private List<String> warnings(String host, String... settings) throws Exception {
    var db = Services.get().freshDatabase();
    var options =
        BoardcastOptions.local(db.postgresUri(), db.redisUri(), Cluster.SECRET).host(host);
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      options = options.set(setting.substring(0, equals), setting.substring(equals + 1));
    }
    var log = new ListAppender<ILoggingEvent>();
    log.start();
    var logger = (Logger) LoggerFactory.getLogger(NodeAssembly.class);
    logger.addAppender(log);
    try {
      node = Boardcast.deploy(vertx, options, Boards.BUILT_IN).await(1, TimeUnit.MINUTES);
    } finally {
      logger.detachAppender(log);
    }
    return log.list.stream()
        .filter(event -> event.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private JsonNode nodes() throws Exception {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + node.httpPort() + "/api/v1/admin/nodes"))
            .header("Authorization", "Bearer " + ADMIN)
            .build();
    var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    return Json.MAPPER.readTree(answer.body());
  }
}
