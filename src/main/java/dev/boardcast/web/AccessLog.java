package dev.boardcast.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boardcast.web.audit.RequestId;
import io.vertx.core.http.HttpServerRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Writes one line for each request, with the logger {@value #LOGGER}: neither tokens nor queries,
 * and of a user the begin of a digest alone. Up to {@value #MAX_LINES} lines in a second; further
 * requests are counted, and the next line tells how many it stands for. Thread safe.
 */
public final class AccessLog {
  public static final String LOGGER = "dev.boardcast.access";

  /** What writes nothing. */
  public static final AccessLog OFF = new AccessLog(false);

  static final int MAX_LINES = 2_000;

  // One for all nodes of the process, whose log they share.
  private static final AccessLog ON = new AccessLog(true);

  private static final Logger LOG = LoggerFactory.getLogger(LOGGER);
  private static final String REQUEST = "request";
  private static final int DIGITS = 12;

  private final boolean isOn;
  private final AtomicLong second = new AtomicLong();
  private final AtomicLong lines = new AtomicLong();
  private final AtomicLong skipped = new AtomicLong();

  private AccessLog(boolean isOn) {
    this.isOn = isOn;
  }

  public static AccessLog of(boolean isOn) {
    return isOn ? ON : OFF;
  }

  public boolean isOn() {
    return isOn;
  }

  /**
   * What became of a request.
   *
   * @param path the template of its operation, such as {@code /api/v1/tasks/:id}; null where no
   *     operation answered
   * @param nanos from its head to the end of its response
   * @param user null if not known
   */
  public record Entry(String path, int status, long bytes, long nanos, String user) {}

  /** Writes the line of a request; ignored where the log is off. Event loop of the request. */
  public void write(HttpServerRequest request, Entry entry) {
    if (!isOn || !LOG.isInfoEnabled() || !mayWrite()) return;
    MDC.put(REQUEST, RequestId.of(request));
    try {
      var line =
          LOG.atInfo()
              .setMessage(REQUEST)
              .addKeyValue("method", request.method().name())
              .addKeyValue("path", entry.path() == null ? "-" : entry.path())
              .addKeyValue("status", entry.status())
              .addKeyValue("bytes", entry.bytes())
              .addKeyValue("ms", Math.round(entry.nanos() / 1e5) / 10.0);
      if (entry.user() != null) line = line.addKeyValue("user", digest(entry.user()));
      long missing = skipped.getAndSet(0);
      if (missing > 0) line = line.addKeyValue("skipped", missing);
      line.log();
    } finally {
      MDC.remove(REQUEST);
    }
  }

  /** The first {@value #DIGITS} digits of the SHA-256 of a user. */
  static String digest(String user) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(user.getBytes(UTF_8));
      return HexFormat.of().formatHex(sum, 0, DIGITS / 2);
    } catch (NoSuchAlgorithmException defect) {
      throw new IllegalStateException(defect);
    }
  }

  private boolean mayWrite() {
    long now = System.nanoTime() / 1_000_000_000;
    long before = second.get();
    if (before != now && second.compareAndSet(before, now)) lines.set(0);
    if (lines.incrementAndGet() <= MAX_LINES) return true;
    skipped.incrementAndGet();
    return false;
  }
}
