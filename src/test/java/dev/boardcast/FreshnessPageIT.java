package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A page tells the server how long it took to draw a message. */
@Timeout(240)
class FreshnessPageIT extends BrowserCase {
  private static final Pattern SCREEN =
      Pattern.compile(
          "boardcast_freshness_seconds_(sum|count)\\{[^}]*stage=\"screen\"[^}]*} ([0-9.Ee+-]+)");

  @Test
  void aPageReportsItsStage() throws Exception {
    open(ANN, "");
    var told =
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () -> SCREEN.matcher(metrics()).results().toList(),
                all -> all.stream().anyMatch(each -> Double.parseDouble(each.group(2)) >= 1));
    double seconds =
        told.stream()
            .filter(each -> each.group(1).equals("sum"))
            .mapToDouble(each -> Double.parseDouble(each.group(2)))
            .sum();
    assertTrue(seconds > 0 && seconds < 60, () -> "screen took " + seconds + " s");
  }

  private String metrics() throws Exception {
    var request = HttpRequest.newBuilder(address("metrics")).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }
}
