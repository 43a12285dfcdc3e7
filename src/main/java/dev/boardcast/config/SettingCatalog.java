package dev.boardcast.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** All settings of a set of record classes, in their order. Immutable. */
public final class SettingCatalog {
  private static final int NEAR = 3;

  private final List<Class<? extends Record>> records;
  private final Map<String, SettingDeclaration> byKey = new LinkedHashMap<>();

  /**
   * @param records classes whose components are declared with {@link dev.boardcast.spi.Setting}
   * @throws IllegalArgumentException for a faulty declaration, or a key that is declared twice
   */
  public SettingCatalog(Collection<Class<? extends Record>> records) {
    this.records = List.copyOf(records);
    for (var record : records) {
      RecordDeclaration.of(record)
          .settings()
          .forEach(
              setting -> {
                add(setting);
                setting.fileForm().ifPresent(this::add);
              });
    }
  }

  private void add(SettingDeclaration setting) {
    if (byKey.put(setting.key(), setting) != null) {
      throw new IllegalArgumentException(setting.key() + " is declared twice");
    }
  }

  /** The record classes it was made of. */
  public List<Class<? extends Record>> records() {
    return records;
  }

  /** Every setting; a secret one is followed by its file form. */
  public Collection<SettingDeclaration> settings() {
    return byKey.values();
  }

  public Optional<SettingDeclaration> find(String key) {
    return Optional.ofNullable(byKey.get(key));
  }

  /** The name that may have been meant, in the form in which it was written. */
  public Optional<String> nearest(String written) {
    Function<SettingDeclaration, String> form =
        written.startsWith("--")
            ? SettingDeclaration::flag
            : written.startsWith(SettingDeclaration.PREFIX)
                ? SettingDeclaration::variable
                : SettingDeclaration::key;
    return settings().stream()
        .map(form)
        .filter(name -> distance(name, written) <= NEAR)
        .min(Comparator.comparing(name -> distance(name, written)));
  }

  /** The number of letters to insert, remove or replace. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) row[j] = j;
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
