package dev.boardcast.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import dev.boardcast.spi.Visibility;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  enum Mode {
    FAST,
    SAFE
  }

  @SettingGroup("Everything")
  record All(
      @Setting(key = "count", defaultValue = "5", min = "1", max = "10", description = "Counts.")
          int count,
      @Setting(key = "size", defaultValue = "8", min = "1", unit = "bytes", description = "Bounds.")
          long size,
      @Setting(key = "active", defaultValue = "off", description = "Activates.") boolean active,
      @Setting(key = "name", defaultValue = "n", description = "Names.") String name,
      @Setting(key = "code", defaultValue = "AB", pattern = "[A-Z]{2}", description = "Codes.")
          String code,
      @Setting(key = "wait", defaultValue = "5s", max = "1m", description = "Waits.")
          Duration pause,
      @Setting(key = "file", defaultValue = "a/b", description = "Files.") Path file,
      @Setting(key = "zone", defaultValue = "UTC", description = "Zones.") ZoneId zone,
      @Setting(key = "mode", defaultValue = "safe", description = "Chooses.") Mode mode,
      @Setting(key = "modes", defaultValue = "safe", description = "Chooses some.") Set<Mode> modes,
      @Setting(key = "label", description = "Labels.") Optional<String> label,
      @Setting(key = "key", secret = true, description = "Hides.") List<String> keys,
      @Setting(key = "limits", min = "1", description = "Limits.") Map<String, Integer> limits,
      @Setting(key = "seen-by", description = "Shows.") Map<String, Visibility> seenBy,
      Inner inner) {}

  record Inner(
      @Setting(key = "low", defaultValue = "1", description = "Is low.") int low,
      @Setting(key = "high", defaultValue = "2", description = "Is high.") int high) {
    Inner {
      if (low >= high) throw new InvalidSettingException("high", "more than low");
    }
  }

  @Test
  void defaultsAreReadAsAnOperatorWouldWriteThem() {
    assertEquals(
        new All(
            5,
            8,
            false,
            "n",
            "AB",
            Duration.ofSeconds(5),
            Path.of("a/b"),
            ZoneOffset.UTC,
            Mode.SAFE,
            Set.of(Mode.SAFE),
            Optional.empty(),
            List.of(),
            Map.of(),
            Map.of(),
            new Inner(1, 2)),
        Settings.defaults(All.class));
  }

  @Test
  void valuesOfEveryTypeAreRead() {
    var all =
        Settings.of(
            All.class,
            "count=10",
            "active=on",
            "wait=250ms",
            "mode=fast",
            "modes=safe, fast",
            "label= a ",
            "key=a,b",
            "limits=/a=1,/b=2",
            "seen-by=a=public, b=role:x=y",
            "high=7");
    assertEquals(10, all.count());
    assertTrue(all.active());
    assertEquals(Duration.ofMillis(250), all.pause());
    assertEquals(Mode.FAST, all.mode());
    assertEquals(Set.of(Mode.SAFE, Mode.FAST), all.modes());
    assertEquals(Optional.of("a"), all.label());
    assertEquals(List.of("a", "b"), all.keys());
    assertEquals(Map.of("/a", 1, "/b", 2), all.limits());
    assertEquals(Map.of("a", Visibility.PUBLIC, "b", Visibility.parse("role:x=y")), all.seenBy());
    assertEquals(7, all.inner().high());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "count | 0 | a whole number, 1 to 10",
        "count | 11 | a whole number, 1 to 10",
        "count | x | a whole number, 1 to 10",
        "size | 0 | a whole number of bytes, at least 1",
        "active | yes | on or off",
        "code | A | a text",
        "wait | 2m | a duration such as 250ms, 5s or 1m, at most 1m",
        "wait | 5 | a duration such as 250ms, 5s or 1m, at most 1m",
        "zone | Nowhere | a time zone such as UTC or Europe/Berlin",
        "mode | FAST | fast or safe",
        "modes | , | one or more of fast or safe, separated by commas",
        "limits | a | <name>=a whole number, separated by commas, at least 1",
        "limits | a=0 | <name>=a whole number, separated by commas, at least 1",
        "seen-by | a=all | <name>=a text, separated by commas",
        "high | 1 | more than low",
      })
  void aBadValueNamesKeyValueSourceAndExpectation(String key, String value, String expected) {
    var refused =
        assertThrows(
            InvalidSettingException.class,
            () -> SettingValues.DEFAULTS.with(key, value, "flag --" + key).bind(All.class));
    assertEquals(
        "%s was \"%s\" (flag --%s), expected %s".formatted(key, value, key, expected),
        refused.getMessage());
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    var values =
        SettingValues.DEFAULTS
            .with("count", "0", "file a")
            .with("cuont", "1", "file a")
            .with("wait", "x", "file a");
    var keys =
        values.problems(new SettingCatalog(List.of(All.class))).stream()
            .map(InvalidSettingException::key)
            .toList();
    assertEquals(List.of("cuont", "count", "wait"), keys);
  }

  @Test
  void aSecretIsNotShown() {
    var catalog = new SettingCatalog(List.of(All.class));
    assertEquals("(hidden)", catalog.find("key").orElseThrow().shown("hunter2"));
    assertEquals("x://…@h/d", catalog.find("name").orElseThrow().shown("x://joe:hunter2@h/d"));
    var unknown = SettingValues.DEFAULTS.with("jwt-secrte", "hunter2", "file a").problems(catalog);
    assertFalse(unknown.toString().contains("hunter2"), unknown.toString());
  }

  record Twice(
      @Setting(key = "same", defaultValue = "1", description = "Is one.") int one,
      @Setting(key = "same", defaultValue = "1", description = "Is two.") int two) {}

  record NoDefault(@Setting(key = "one", description = "Is one.") int one) {}

  record NoSetting(int one) {}

  record Unreadable(@Setting(key = "one", description = "Is one.") Thread one) {}

  record BadKey(@Setting(key = "One", defaultValue = "1", description = "Is one.") int one) {}

  @Test
  void aFaultyDeclarationIsRefused() {
    for (Class<? extends Record> faulty :
        List.<Class<? extends Record>>of(
            Twice.class, NoDefault.class, NoSetting.class, Unreadable.class, BadKey.class)) {
      assertThrows(
          IllegalArgumentException.class, () -> new SettingCatalog(List.of(faulty)), "" + faulty);
    }
  }
}
