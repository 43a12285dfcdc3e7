package dev.boardcast;

/** Creates configuration records with their default values. */
final class BoardDefaults {
  private BoardDefaults() {}

  /**
   * @param type a record with a public constructor without arguments
   */
  static Record of(Class<? extends Record> type) {
    try {
      return type.getConstructor().newInstance();
    } catch (ReflectiveOperationException cause) {
      throw new IllegalArgumentException("no default values: " + type.getName(), cause);
    }
  }
}
