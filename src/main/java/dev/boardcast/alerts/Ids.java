package dev.boardcast.alerts;

import java.util.Optional;
import java.util.UUID;

/** Reads ids in paths. */
final class Ids {
  /** The form of an id. */
  static final String FORM = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

  private Ids() {}

  static Optional<UUID> parse(String text) {
    return text != null && text.matches(FORM)
        ? Optional.of(UUID.fromString(text))
        : Optional.empty();
  }
}
