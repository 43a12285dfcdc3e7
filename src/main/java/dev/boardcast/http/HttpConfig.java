package dev.boardcast.http;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Bounds of the HTTP API. */
@SettingGroup("HTTP")
public record HttpConfig(
    @Setting(
            key = "http-max-body",
            defaultValue = "1048576",
            min = "1024",
            unit = "bytes",
            description = "Largest body that is read as a whole.")
        int maxBody,
    @Setting(
            key = "http-max-line",
            defaultValue = "65536",
            min = "256",
            unit = "bytes",
            description = "Longest line of an NDJSON body.")
        int maxLine,
    @Setting(
            key = "http-batch",
            defaultValue = "2000",
            min = "1",
            max = "5000",
            unit = "facts",
            description = "Most facts written in one transaction.")
        int batch,
    @Setting(
            key = "http-max-rejections",
            defaultValue = "100",
            min = "0",
            unit = "lines",
            description = "Most rejected lines listed in a response; the rest are only counted.")
        int maxRejections,
    @Setting(
            key = "http-answer-limit",
            defaultValue = "15s",
            min = "100ms",
            description = "How long a request may wait for the start of its response before 503.")
        Duration answerLimit,
    @Setting(
            key = "http-idle-limit",
            defaultValue = "75s",
            min = "1s",
            description = "How long a connection may be idle before it is closed.")
        Duration idleLimit,
    @Setting(
            key = "idempotency-keep",
            defaultValue = "24h",
            min = "1m",
            description = "How long the response to a request with an Idempotency-Key is kept.")
        Duration idempotencyKeep,
    @Setting(
            key = "http-allowed-origins",
            pattern =
                "\\*|https?://(?:[a-z0-9.-]+|\\[[0-9a-f:.]+])(?::[0-9]{1,5})?", // as browsers write
            expected = "origins such as https://app.example.org, with commas between, or * alone",
            description =
                "Origins whose pages may use the HTTP API, connect with cookies (not by *), and use"
                    + " a node on a loopback address; * allows all.")
        List<String> allowedOrigins,
    @Setting(
            key = "http-frame-ancestors",
            defaultValue = "self",
            pattern = "self|none|\\*|https?://(?:[a-z0-9.*-]+|\\[[0-9a-f:.]+])(?::[0-9]{1,5})?",
            expected =
                "self, none or * alone, or origins such as https://app.example.org and self, with"
                    + " commas between",
            description = "Origins whose pages may show the pages of this node in a frame.")
        List<String> frameAncestors,
    @Setting(
            key = "http-access-log",
            defaultValue = "off",
            description =
                "Whether each request is a line of the log, by the logger dev.boardcast.access.")
        boolean accessLog,
    @Setting(
            key = "base-path",
            pattern = "(/[A-Za-z0-9._~-]+)+",
            expected = "a path such as /dashboards, or nothing",
            description =
                "Path below which everything is served, on the gateway's port too; GET /health"
                    + " answers at the root as well.")
        Optional<String> basePath) {
  public static final HttpConfig DEFAULTS = Settings.defaults(HttpConfig.class);

  public HttpConfig {
    if (allowedOrigins.contains(CorsPolicy.ANY) && allowedOrigins.size() > 1) {
      throw new InvalidSettingException("http-allowed-origins", "* alone, or origins without it");
    }
    boolean hasKeyword = frameAncestors.contains("none") || frameAncestors.contains(CorsPolicy.ANY);
    if (frameAncestors.isEmpty() || (hasKeyword && frameAncestors.size() > 1)) {
      throw new InvalidSettingException(
          "http-frame-ancestors", "none or * alone, or origins and self without them");
    }
  }
}
