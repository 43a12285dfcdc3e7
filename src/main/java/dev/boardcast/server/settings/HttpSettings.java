package dev.boardcast.server.settings;

import dev.boardcast.http.HttpConfig;
import java.time.Duration;
import java.util.List;

/** Settings of {@link HttpConfig}. */
final class HttpSettings {
  private static final HttpConfig DEFAULTS = HttpConfig.DEFAULTS;

  static final Setting<Integer> MAX_BODY =
      Setting.count("http-max-body", DEFAULTS.maxBody(), "Most bytes of a body that is read whole");
  static final Setting<Integer> MAX_LINE =
      Setting.count("http-max-line", DEFAULTS.maxLine(), "Most bytes of one NDJSON line");
  static final Setting<Integer> BATCH =
      Setting.count("http-batch", DEFAULTS.batch(), "Most facts written in one transaction");
  static final Setting<Integer> MAX_REJECTIONS =
      Setting.count(
          "http-max-rejections",
          DEFAULTS.maxRejections(),
          "Most rejected lines listed in an answer; the rest are only counted");

  static final Setting<Duration> ANSWER_LIMIT =
      Setting.time(
          "http-answer-limit", DEFAULTS.answerLimit(), "When a request without an answer gets 503");
  static final Setting<Duration> IDLE_LIMIT =
      Setting.time("http-idle-limit", DEFAULTS.idleLimit(), "When an idle connection is closed");
  static final Setting<List<String>> ALLOWED_ORIGINS =
      Setting.of(
          "http-allowed-origins",
          "",
          "origins such as https://app.example.org, with commas between, or * for all",
          "Whose pages may use the HTTP port from another address",
          SettingParsers::origins);

  static final List<Setting<?>> ALL =
      List.of(MAX_BODY, MAX_LINE, BATCH, MAX_REJECTIONS, ANSWER_LIMIT, IDLE_LIMIT, ALLOWED_ORIGINS);

  private HttpSettings() {}

  static HttpConfig config(EffectiveSettings values) {
    return values.build(
        () ->
            new HttpConfig(
                values.get(MAX_BODY),
                values.get(MAX_LINE),
                values.get(BATCH),
                values.get(MAX_REJECTIONS),
                values.get(ANSWER_LIMIT),
                values.get(IDLE_LIMIT),
                values.get(ALLOWED_ORIGINS)));
  }
}
