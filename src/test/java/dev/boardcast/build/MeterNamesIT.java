package dev.boardcast.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.Boardcast;
import dev.boardcast.Boards;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** No meter of a node, and no tag of one, has a name that the field's terms replaced. */
class MeterNamesIT {
  private static final Pattern METER =
      Pattern.compile("^(boardcast_\\w+)(?:\\{(.*)})? ", Pattern.MULTILINE);
  private static final Pattern TAG = Pattern.compile("(\\w+)=\"");

  @Test
  void noMeterHasAFormerName() throws Exception {
    var vertx = Vertx.vertx();
    var options = TestOptions.local(Services.get().freshDatabase());
    var node = Api.await(Boardcast.deploy(vertx, options, Boards.BUILT_IN));
    var names = new TreeSet<String>();
    try {
      var request = URI.create("http://127.0.0.1:" + node.httpPort() + "/metrics");
      var body = HttpResponse.BodyHandlers.ofString();
      String meters =
          HttpClient.newHttpClient().send(HttpRequest.newBuilder(request).build(), body).body();
      for (var meter : METER.matcher(meters).results().toList()) {
        names.add(meter.group(1));
        if (meter.group(2) == null) continue;
        TAG.matcher(meter.group(2)).results().forEach(tag -> names.add(tag.group(1)));
      }
    } finally {
      Api.await(node.close());
      Api.await(vertx.close());
    }
    var found = new TreeSet<>(names);
    found.removeIf(name -> !FormerNames.in(name));
    assertEquals(Set.of(), found);
    assertTrue(names.contains("boardcast_gateway_sessions"), names.toString());
    assertTrue(names.size() > 15, names.toString());
  }
}
