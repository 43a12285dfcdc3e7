package dev.boardcast.spi;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonFormat.Feature;
import dev.boardcast.spi.StreamRule.Messages;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;

/**
 * The rules of application streams, in their order: of several that match a name, the first counts.
 * Written as a JSON array, in which only {@code streams} is required:
 *
 * <pre>{@code
 * [{"streams": "doc.{id}", "subscribe": ["team:{id}", "token"], "publish": "team:{id}",
 *   "presence": "team:{id}", "history": "team:{id}", "messages": "both",
 *   "max_bytes": 4096, "messages_per_second": 20}]
 * }</pre>
 *
 * <p>Who may subscribe, publish or see presence is nobody (but admins) where the rule does not say;
 * who may read history is who may subscribe. Immutable.
 */
public final class StreamRules {
  /** No rules. */
  public static final StreamRules NONE = new StreamRules("", List.of());

  /** The setting that holds the rules of an operator. */
  public static final String SETTING = "stream-rules";

  /** What the setting expects. */
  public static final String EXPECTED = "a JSON array of rules";

  private static final int MAX_RULES = 1000;
  private static final int MAX_GRANTS = 20;
  private static final int DEFAULT_BYTES = 65_536;
  private static final int MAX_BYTES = 1_048_576;
  private static final int DEFAULT_PER_SECOND = 100;
  private static final int MAX_PER_SECOND = 1_000_000;

  private final String text;
  private final List<StreamRule> rules;

  /** A rule as it is written. */
  private record Written(
      String streams,
      @JsonFormat(with = Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<String> subscribe,
      @JsonFormat(with = Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<String> publish,
      @JsonFormat(with = Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<String> presence,
      @JsonFormat(with = Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<String> history,
      Messages messages,
      Integer maxBytes,
      Integer messagesPerSecond) {}

  private StreamRules(String text, List<StreamRule> rules) {
    this.text = text;
    this.rules = List.copyOf(rules);
  }

  /**
   * Reads rules.
   *
   * @param text a JSON array; blank for no rules
   * @throws InvalidSettingException naming the first wrong rule, from 1, and its field
   */
  public static StreamRules parse(String text) {
    if (text.isBlank()) return NONE;
    if (!text.stripLeading().startsWith("[")) {
      throw new InvalidSettingException(SETTING, EXPECTED);
    }
    Written[] written;
    try {
      written = JsonBody.decode(text.getBytes(StandardCharsets.UTF_8), Written[].class);
    } catch (Problem notReadable) {
      throw new InvalidSettingException(SETTING, notReadable.getMessage());
    }
    if (written.length > MAX_RULES) {
      throw new InvalidSettingException(SETTING, "at most " + MAX_RULES + " rules");
    }
    var rules = new ArrayList<StreamRule>();
    var patterns = new HashSet<StreamPattern>();
    for (int i = 0; i < written.length; i++) {
      try {
        if (written[i] == null) throw new IllegalArgumentException("expected a JSON object");
        StreamRule rule = rule(written[i]);
        if (!patterns.add(rule.streams())) {
          throw new IllegalArgumentException("streams: expected a pattern without another rule");
        }
        rules.add(rule);
      } catch (IllegalArgumentException wrong) {
        throw new InvalidSettingException(
            SETTING, "a valid rule %d; %s".formatted(i + 1, wrong.getMessage()));
      }
    }
    return new StreamRules(text.strip(), rules);
  }

  /** In the order in which they count. */
  public List<StreamRule> list() {
    return rules;
  }

  public boolean isEmpty() {
    return rules.isEmpty();
  }

  private static StreamRule rule(Written of) {
    StreamPattern streams =
        field("streams", () -> StreamPattern.parse(of.streams == null ? "" : of.streams));
    List<StreamGrant> subscribe = grants("subscribe", of.subscribe);
    return new StreamRule(
        streams,
        subscribe,
        grants("publish", of.publish),
        grants("presence", of.presence),
        of.history == null ? subscribe : grants("history", of.history),
        of.messages == null ? Messages.BOTH : of.messages,
        number("max_bytes", of.maxBytes, DEFAULT_BYTES, 1, MAX_BYTES),
        number("messages_per_second", of.messagesPerSecond, DEFAULT_PER_SECOND, 1, MAX_PER_SECOND));
  }

  private static List<StreamGrant> grants(String field, List<String> texts) {
    if (texts == null || texts.equals(List.of("nobody"))) return StreamGrant.NOBODY;
    if (texts.isEmpty() || texts.size() > MAX_GRANTS || texts.contains(null)) {
      throw new IllegalArgumentException(field + ": expected " + StreamGrant.EXPECTED);
    }
    return field(field, () -> texts.stream().map(StreamGrant::parse).toList());
  }

  private static int number(String field, Integer given, int byDefault, int least, int most) {
    int value = given == null ? byDefault : given;
    if (value >= least && value <= most) return value;
    throw new IllegalArgumentException(
        "%s: expected a whole number from %d to %d".formatted(field, least, most));
  }

  private static <T> T field(String name, Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(name + ": " + wrong.getMessage(), wrong);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StreamRules that && rules.equals(that.rules);
  }

  @Override
  public int hashCode() {
    return rules.hashCode();
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return text;
  }
}
