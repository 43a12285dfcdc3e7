package dev.boardcast.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes and checks the signed links of messages, by which their readers acknowledge an alert
 * without a token. A link is for one alert and one channel, and ends after a week. Thread safe.
 */
final class AcknowledgeLinks {
  static final String PATH = "/alerts/acknowledge";

  private static final Duration VALID = Duration.ofDays(7);
  private static final String KEY = "SELECT key FROM alert_link_key";

  private final Optional<String> publicUrl;
  private volatile String key;

  AcknowledgeLinks(Optional<String> publicUrl) {
    this.publicUrl = publicUrl;
  }

  /** What a link says. */
  record Link(UUID alert, String channel, long expires) {
    private String signed() {
      return alert + "\n" + channel + "\n" + expires;
    }
  }

  /** Reads the key, which all nodes share. */
  Future<Void> load(SqlClient client) {
    if (key != null) return Future.succeededFuture();
    return client
        .query(KEY)
        .execute()
        .map(
            rows -> {
              key = rows.iterator().next().getString("key");
              return null;
            });
  }

  /** The link for an alert; null where none can be made. */
  String of(UUID alert, String channel, Instant now) {
    if (publicUrl.isEmpty() || key == null) return null;
    var link = new Link(alert, channel, now.plus(VALID).getEpochSecond());
    return "%s%s?alert=%s&channel=%s&expires=%d&signature=%s"
        .formatted(
            publicUrl.get(),
            PATH,
            alert,
            channel,
            link.expires(),
            WebhookSignature.ofText(key, link.signed()));
  }

  /** Whether a link was made here and is still valid. After {@link #load}. */
  boolean isValid(Link link, String signature, Instant now) {
    String expected = WebhookSignature.ofText(key, link.signed());
    boolean isOurs = MessageDigest.isEqual(expected.getBytes(UTF_8), signature.getBytes(UTF_8));
    return isOurs && now.getEpochSecond() < link.expires();
  }
}
