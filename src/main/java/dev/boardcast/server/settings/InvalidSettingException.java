package dev.boardcast.server.settings;

/** A setting that ends the start; the message is one line for the operator. */
public final class InvalidSettingException extends RuntimeException {
  private InvalidSettingException(String message) {
    super(message, null, false, false);
  }

  public static InvalidSettingException value(
      String name, String shown, String origin, String expected) {
    return new InvalidSettingException(
        "%s was \"%s\" (%s), expected %s".formatted(name, oneLine(shown), origin, expected));
  }

  public static InvalidSettingException unknown(String name, String shown, String origin) {
    String guess =
        Settings.CATALOG.nearest(name).map(known -> "; did you mean " + known + "?").orElse("");
    return new InvalidSettingException(
        "%s was \"%s\" (%s), expected one of the known settings%s"
            .formatted(name, oneLine(shown), origin, guess));
  }

  public static InvalidSettingException of(String message) {
    return new InvalidSettingException(oneLine(message));
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*[\\r\\n]+\\s*", " ");
  }
}
