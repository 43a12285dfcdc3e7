package dev.boardcast.gateway.session;

import dev.boardcast.engine.ComparedWith;
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
    if (verdict instanceof Verdict.OfBoard found) {
      if (options.where() != null) return misfit("where", "none for a board: it is for streams");
      return options.compare() == ComparedWith.TARGET && !found.board().hasTargets().getAsBoolean()
          ? misfit("compare", ComparedWith.WITHOUT_TARGETS)
          : Optional.empty();
    }
    if (options.compare() != null) return misfit("compare", "none for a stream: it is for boards");
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
