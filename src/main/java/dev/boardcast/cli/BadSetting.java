package dev.boardcast.cli;

/** A setting that ends the start; the message is one line for the operator. */
final class BadSetting extends RuntimeException {
  private BadSetting(String message) {
    super(message, null, false, false);
  }

  static BadSetting value(String name, String shown, String origin, String expected) {
    return new BadSetting(
        "%s was \"%s\" (%s), expected %s".formatted(name, oneLine(shown), origin, expected));
  }

  static BadSetting unknown(String name, String shown, String origin) {
    String guess = Settings.nearest(name).map(known -> "; did you mean " + known + "?").orElse("");
    return new BadSetting(
        "%s was \"%s\" (%s), expected one of the known settings%s"
            .formatted(name, oneLine(shown), origin, guess));
  }

  static BadSetting of(String message) {
    return new BadSetting(oneLine(message));
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*[\\r\\n]+\\s*", " ");
  }
}
