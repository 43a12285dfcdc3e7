package dev.boardcast.gateway.session;

import dev.boardcast.gateway.TopicCatalogue.Verdict;
import dev.boardcast.gateway.protocol.SubscribeOptions;
import java.util.Optional;

/** Whether the options of a requested topic fit what the topic is. */
final class OptionCheck {
  private OptionCheck() {}

  /** An option that does not fit. */
  record Misfit(String field, String expected) {}

  static Optional<Misfit> misfit(SubscribeOptions options, Verdict verdict) {
    if (options.isNone()) return Optional.empty();
    if (verdict instanceof Verdict.OfBoard) {
      return options.where() == null
          ? Optional.empty()
          : misfit("where", "none for a board: it is for streams");
    }
    if (options.fields() != null) return misfit("fields", "none for a stream: it is for boards");
    if (options.deltas()) return misfit("deltas", "none for a stream: it is for boards");
    if (options.intervalMillis() > 0 && !options.latest()) {
      return misfit("interval_ms", "none for a stream without latest: each event is sent");
    }
    return Optional.empty();
  }

  private static Optional<Misfit> misfit(String field, String expected) {
    return Optional.of(new Misfit(field, expected));
  }
}
