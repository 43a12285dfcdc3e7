package dev.boardcast.cli;

import dev.boardcast.http.HttpConfig;
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

  static final List<Setting<?>> ALL = List.of(MAX_BODY, MAX_LINE, BATCH, MAX_REJECTIONS);

  private HttpSettings() {}

  static HttpConfig config(Values values) {
    return values.build(
        () ->
            new HttpConfig(
                values.get(MAX_BODY),
                values.get(MAX_LINE),
                values.get(BATCH),
                values.get(MAX_REJECTIONS)));
  }
}
