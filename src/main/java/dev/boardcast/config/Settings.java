package dev.boardcast.config;

/** Makes records of settings where no operator gives the values. */
public final class Settings {
  private Settings() {}

  /** The record with every setting at its default. */
  public static <R extends Record> R defaults(Class<R> type) {
    return SettingValues.DEFAULTS.bind(type);
  }

  /**
   * The record with some values given and the others at their defaults.
   *
   * @param given each {@code key=value}, as an operator writes it
   * @throws dev.boardcast.spi.InvalidSettingException for a bad value
   * @throws IllegalArgumentException for a key that the record does not declare
   */
  public static <R extends Record> R of(Class<R> type, String... given) {
    var keys = RecordDeclaration.of(type).settings().map(SettingDeclaration::key).toList();
    var values = SettingValues.DEFAULTS;
    for (String each : given) {
      String[] pair = each.split("=", 2);
      if (!keys.contains(pair[0])) {
        throw new IllegalArgumentException(pair[0] + " is no setting of " + type);
      }
      values = values.with(pair[0], pair[1], "given");
    }
    return values.bind(type);
  }
}
