package dev.boardcast.http.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.spi.FactSink.Outcome;
import dev.boardcast.testing.Api;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Facts in gzip: every form of a body has its documented answer, and the connection goes on. */
@Timeout(60)
class GzipIngestIT {
  private static final int MAX_BODY = 1 << 20;
  private static final HttpConfig CONFIG =
      Settings.of(HttpConfig.class, "http-max-body=" + MAX_BODY, "http-max-line=65536");
  private static final String LINE = "{\"n\":2}" + " ".repeat(992) + "\n";
  private static final byte[] FACT = bytes("{\"n\":2}\n");

  private final AtomicLong stored = new AtomicLong();
  private volatile boolean fails;
  private Api api;

  record Fact(int n) {}

  @BeforeEach
  void start() {
    var ingest = new IngestService(CONFIG, false);
    api =
        new Api(
            CONFIG,
            parts ->
                List.of(
                    router ->
                        router
                            .post("/facts")
                            .handler(
                                ingest.handler(
                                    Fact.class,
                                    facts -> {
                                      if (fails) {
                                        return Future.failedFuture(new TimeoutException());
                                      }
                                      stored.addAndGet(facts.size());
                                      return Future.succeededFuture(
                                          Collections.nCopies(facts.size(), Outcome.NEW));
                                    }))));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void fiftyMegabytesAreReadFromALittleBody() {
    byte[] zipped = zip(bytes(LINE.repeat(50_000)));
    assertTrue(zipped.length < MAX_BODY / 2);

    var answer = lines("gzip", zipped);

    assertEquals(200, answer.status(), answer::text);
    assertEquals(50_000, answer.json().get("accepted").asInt());
    assertEquals(50_000, stored.get());
  }

  @Test
  void aLargeBodyThatIsNotCompressibleIsReadToo() {
    var random = new java.util.Random(7);
    var text = new StringBuilder();
    for (int i = 0; i < 40_000; i++) {
      text.append("{\"n\":").append(random.nextInt()).append("}\n");
    }
    assertEquals(200, lines("gzip", zip(bytes(text.toString()))).status());
    assertEquals(40_000, stored.get());
  }

  @Test
  void severalMembersAreOneBody() {
    byte[] both =
        join(zip(FACT), zip(new byte[0]), zip(bytes("{\"n\":4}\n{\"n")), zip(bytes("\":6}")));
    assertEquals(3, lines("gzip", both).json().get("accepted").asInt());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "GZIP", "x-gzip", " gzip ", "identity"})
  void codingsThatAreKnown(String coding) {
    boolean isPlain = coding.equals("identity");
    assertEquals(200, lines(coding, isPlain ? FACT : zip(FACT)).status());
    assertEquals(201, json(coding, isPlain ? FACT : zip(FACT)).status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deflate",
        "br",
        "zstd",
        "compress",
        "gzip, gzip",
        "gzip, identity",
        "gzipped",
        "*"
      })
  void otherCodingsGet415AndAreToldWhatIsKnown(String coding) {
    for (var answer : List.of(lines(coding, zip(FACT)), json(coding, zip(FACT)))) {
      assertEquals(415, answer.status(), coding);
      assertEquals("gzip", answer.header("Accept-Encoding"), coding);
    }
    assertEquals(0, stored.get());
    assertWorks();
  }

  @Test
  void whatIsNotGzipGets400() {
    byte[] good = zip(FACT);
    byte[] wrongSum = good.clone();
    wrongSum[good.length - 6] ^= 1;
    byte[] wrongSize = good.clone();
    wrongSize[good.length - 1] ^= 1;
    byte[] brokenData = good.clone();
    brokenData[12] = (byte) 0xff;
    byte[] wrongMethod = good.clone();
    wrongMethod[2] = 7;
    byte[] endlessName = join(new byte[] {0x1f, (byte) 0x8b, 8, 8}, bytes("x".repeat(5_000)));
    for (byte[] bad :
        List.of(
            FACT,
            Arrays.copyOf(good, 5),
            Arrays.copyOf(good, good.length / 2),
            Arrays.copyOf(good, good.length - 1),
            join(good, bytes("garbage")),
            join(good, new byte[] {0}),
            join(good, Arrays.copyOf(good, 3)),
            wrongSum,
            wrongSize,
            brokenData,
            wrongMethod,
            endlessName)) {
      for (var answer : List.of(lines("gzip", bad), json("gzip", bad))) {
        assertEquals(400, answer.status(), answer::text);
        assertEquals("body", answer.fields());
      }
      assertWorks();
    }
  }

  @Test
  void aLargeBodyThatBreaksInTheMiddleLeavesTheConnectionGood() {
    byte[] large = zip(noise(4 << 20));
    Arrays.fill(large, large.length / 4, large.length / 4 + 2_000, (byte) 0);
    assertEquals(400, lines("gzip", large).status());
    assertWorks();
  }

  @Test
  void aLargeBodyThatCannotBeStoredLeavesTheConnectionGood() {
    fails = true;
    assertEquals(503, lines("gzip", zip(bytes(LINE.repeat(50_000)))).status());
    fails = false;
    assertWorks();
  }

  @Test
  void aSmallBodyThatExpandsBeyondTheBoundGets413() {
    byte[] bomb = zip(bytes("{\"n\":" + " ".repeat(20 << 20) + "2}"));
    assertTrue(bomb.length < MAX_BODY / 8);
    assertEquals(413, json("gzip", bomb).status());
    assertWorks();

    // As NDJSON it is one line, which is too long, and the next one is read.
    var answer = lines("gzip", join(bomb, zip(bytes("\n{\"n\":2}\n"))));
    assertEquals(200, answer.status(), answer::text);
    assertEquals(1, answer.json().get("accepted").asInt());
    assertEquals(1, answer.json().get("rejected").asInt());
  }

  /** On the same connection. */
  private void assertWorks() {
    assertEquals(200, lines("gzip", zip(FACT)).status());
  }

  private Api.Answer lines(String coding, byte[] body) {
    return post("application/x-ndjson", coding, body);
  }

  private Api.Answer json(String coding, byte[] body) {
    return post("application/json", coding, body);
  }

  private Api.Answer post(String type, String coding, byte[] body) {
    return api.call("POST", "/facts")
        .with("Content-Encoding", coding)
        .body(type, Buffer.buffer(body))
        .now();
  }

  /** Lines that no compression makes small. */
  private static byte[] noise(int size) {
    var random = new java.util.Random(11);
    var text = new StringBuilder();
    while (text.length() < size) text.append("{\"n\":").append(random.nextInt()).append("}\n");
    return bytes(text.toString());
  }

  private static byte[] zip(byte[] content) {
    var zipped = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(zipped)) {
      zip.write(content);
    } catch (IOException inMemory) {
      throw new AssertionError(inMemory);
    }
    return zipped.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) all.writeBytes(part);
    return all.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
