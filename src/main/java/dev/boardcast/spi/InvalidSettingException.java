package dev.boardcast.spi;

/**
 * Reports a setting that cannot be used. The message is one line for the operator; it never holds a
 * secret.
 */
public final class InvalidSettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String key;
  private final String expected;

  /**
   * For the compact constructor of a record with settings; value and source are added where the
   * record is bound.
   *
   * @param expected what a good value looks like, to end the sentence "expected …"
   */
  public InvalidSettingException(String key, String expected) {
    super(oneLine(key + " has a value that cannot be used, expected " + expected));
    this.key = key;
    this.expected = expected;
  }

  /**
   * With everything an operator needs to know.
   *
   * @param key the name as it was written
   * @param shown the value, without secrets
   * @param source where the value is from, such as {@code flag --http-port}
   * @param expected what a good value looks like, to end the sentence "expected …"
   */
  public InvalidSettingException(String key, String shown, String source, String expected) {
    super(oneLine("%s was \"%s\" (%s), expected %s".formatted(key, shown, source, expected)));
    this.key = key;
    this.expected = expected;
  }

  /** The setting's name. */
  public String key() {
    return key;
  }

  /** What a good value looks like. */
  public String expected() {
    return expected;
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*[\\r\\n]+\\s*", " ");
  }
}
