package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports of boards have the numbers of the API, for those who may see them. */
class ReportIT extends PartsCase {
  private static final String MORE =
      """
        by_shop.count: {count: all, by: shop, label: 'Orders \u2713 by shop \u0416'}
        average: {avg: amount, decimals: 2, label: Average, unit: eur}
      dimensions: [shop]
      """;
  private static final String SEVEN = token("ann", "7");

  private Boardcast node;

  @BeforeEach
  void start() throws Exception {
    write(FILE + MORE);
    node = deploy();
    sell(node, 3, "7", 1234);
    sell(node, 2, "8", 5);
    awaitOrders(node, "", ADMIN, 5);
  }

  @Test
  void thePdfHasTheNumbersOfTheApi() throws Exception {
    assertNumbers("", ADMIN);
    assertNumbers("?site=7", ADMIN);
    assertNumbers("", SEVEN);
    LocalDate today = LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC);
    String range = "?from=" + today + "&to=" + today.plusDays(1);
    assertNumbers(range, ADMIN);
    assertNumbers(range + "&compare=week", ADMIN);
    assertNumbers("?compare=previous&site=7", ADMIN);
    // As wide as boards take ranges: from before there is any history, and to after now.
    assertNumbers("?from=1900-01-01&to=2199-12-31", ADMIN);
    assertEquals(200, report("pdf", "?from=1950-01-01&to=1999-01-01", ADMIN).statusCode());
  }

  @Test
  void thePngIsAPictureOfItsPages() throws Exception {
    var answer = report("png", "", ADMIN);
    assertEquals(200, answer.statusCode());
    assertEquals("image/png", answer.headers().firstValue("Content-Type").orElse(""));
    var image = ImageIO.read(new ByteArrayInputStream(answer.body()));
    assertEquals(794, image.getWidth(), 2);
    assertTrue(image.getHeight() >= 1122, image.getHeight() + " pixels");
    int[] pixels = image.getRGB(0, 0, image.getWidth(), 300, null, 0, image.getWidth());
    assertTrue(Arrays.stream(pixels).distinct().count() > 10, "nothing is drawn");
  }

  @Test
  void aPinnedUserGetsTheOwnPartAndNoOther() throws Exception {
    for (String format : List.of("pdf", "png")) {
      assertEquals(403, report(format, "?site=8", SEVEN).statusCode());
      assertEquals(401, report(format, "", null).statusCode());
      assertEquals(403, report(format, "", token("bob", null)).statusCode());
    }
    assertArrayEquals(
        new byte[] {'%', 'P', 'D', 'F'}, Arrays.copyOf(report("pdf", "", SEVEN).body(), 4));
    assertEquals(
        "no-store", report("pdf", "", SEVEN).headers().firstValue("Cache-Control").orElse(""));
  }

  @Test
  void wrongParametersAreNamed() throws Exception {
    for (String wrong :
        List.of("from=2026-01-01", "to=2026-01-01", "from=x&to=2026-01-01", "compare=x", "a=b")) {
      Answer refused = get(node, BOARD + "/report.pdf?" + wrong, ADMIN);
      assertEquals(400, refused.status(), wrong);
    }
    assertEquals(404, get(node, "/api/v1/boards/nothing/report.png", ADMIN).status());
    assertEquals(404, get(node, BOARD + "/report.doc", ADMIN).status());
  }

  private void assertNumbers(String query, String token) throws Exception {
    JsonNode body = get(node, BOARD + query, token).json();
    var answer = report("pdf", query, token);
    assertEquals(200, answer.statusCode(), new String(answer.body(), "UTF-8"));
    assertEquals("application/pdf", answer.headers().firstValue("Content-Type").orElse(""));
    String text = text(answer.body());
    for (String metric : List.of("orders", "revenue", "average")) {
      String value = body.path("data").path(metric).decimalValue().toPlainString();
      assertTrue(text.lines().anyMatch(value::equals), query + ": " + value + " in\n" + text);
    }
    assertTrue(text.contains("Sales"), text);
    // A character that the font does not have, and one that it has.
    assertTrue(text.contains("Orders ? by shop \u0416"), text);
    for (var each : body.at("/data/by_shop/count").properties()) {
      String row = each.getKey() + " " + each.getValue().asText();
      assertTrue(text.lines().anyMatch(line -> line.startsWith(row)), row + " in\n" + text);
    }
    if (query.contains("compare")) assertTrue(text.contains("Beside "), text);
    if (query.contains("site=7") || token.equals(SEVEN)) {
      assertTrue(text.contains("site = 7"), text);
      assertEquals(3, body.at("/data/orders").asInt());
    }
  }

  private static String text(byte[] pdf) throws Exception {
    try (var document = Loader.loadPDF(pdf)) {
      var stripper = new PDFTextStripper();
      stripper.setSortByPosition(false);
      return stripper.getText(document);
    }
  }

  private HttpResponse<byte[]> report(String format, String query, String token) throws Exception {
    var request =
        HttpRequest.newBuilder(
            URI.create(
                "http://127.0.0.1:" + node.httpPort() + BOARD + "/report." + format + query));
    if (token != null) request.header("Authorization", "Bearer " + token);
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }
}
