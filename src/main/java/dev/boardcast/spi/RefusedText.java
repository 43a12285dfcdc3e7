package dev.boardcast.spi;

/** Text that PostgreSQL cannot store: with NUL, or with half of a surrogate pair. */
final class RefusedText extends IllegalArgumentException {
  RefusedText() {
    super("text without NUL and without broken characters");
  }

  /** Whether text can be stored. */
  static boolean isStorable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) return false;
      if (!Character.isSurrogate(c)) continue;
      boolean isPair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (!isPair) return false;
      i++;
    }
    return true;
  }
}
