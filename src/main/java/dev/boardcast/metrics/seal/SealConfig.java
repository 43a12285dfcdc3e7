package dev.boardcast.metrics.seal;

import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** From which age on facts are dropped. */
public record SealConfig(
    @Setting(
            key = "facts-keep",
            pattern = "(?:[a-z][a-z0-9_-]{0,62}=)?(?:[0-9]{1,4}d|never)",
            expected =
                "a number of days such as 90d, or never, for all boards; or routing=90d for one",
            description =
                "Age from which facts are dropped, and their sums sealed, of all boards that"
                    + " can do without, or of those that are named; nothing, as by default, keeps"
                    + " them for ever.")
        List<String> keep) {
  private static final int MIN_DAYS = 14;

  public SealConfig {
    keep = List.copyOf(keep);
    for (String each : keep) {
      var age = age(each);
      if (age.isPresent() && age.get().toDays() < MIN_DAYS) {
        throw new InvalidSettingException(
            "facts-keep", "at least " + MIN_DAYS + "d, which boards need to compute windows");
      }
    }
  }

  /** The age of a board's facts; empty for ever. */
  public Optional<Duration> of(String board) {
    return keep.stream()
        .filter(each -> each.startsWith(board + "="))
        .findFirst()
        .or(() -> keep.stream().filter(each -> each.indexOf('=') < 0).findFirst())
        .flatMap(SealConfig::age);
  }

  /** The boards with an age of their own. */
  public List<String> boards() {
    return keep.stream()
        .filter(each -> each.indexOf('=') > 0)
        .map(each -> each.substring(0, each.indexOf('=')))
        .toList();
  }

  private static Optional<Duration> age(String entry) {
    String age = entry.substring(entry.indexOf('=') + 1);
    if (age.equals("never")) return Optional.empty();
    return Optional.of(Duration.ofDays(Long.parseLong(age.substring(0, age.length() - 1))));
  }
}
