package dev.boardcast;

import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.StreamRules;
import dev.boardcast.spi.Visibility;
import dev.boardcast.web.audit.AuditTrail;
import java.util.Map;

/** Who may see boards and application streams. */
record VisibilityConfig(
    @Setting(
            key = "visibility",
            expected = "<board>=public|authenticated|role:<name>, separated by commas",
            description =
                "Who may see a board or an application stream; default-visibility where it is not"
                    + " named.")
        Map<String, Visibility> byName,
    @Setting(
            key = "facts-visibility",
            expected = "<board>=public|authenticated|role:<name>, separated by commas",
            description =
                "Who may read the facts behind a board's metrics, of those who may see the board;"
                    + " role:viewer where it is not named.")
        Map<String, Visibility> facts,
    @Setting(
            key = "default-visibility",
            defaultValue = "auto",
            description =
                "Who may see boards and application streams that are not named; auto is public on a"
                    + " loopback address with the key that the node generated, else"
                    + " authenticated.")
        Default byDefault,
    @Setting(
            key = "older-paths",
            defaultValue = "board",
            description =
                "Who may see a board on the paths of older clients (/ws/metrics…, /routing/metrics"
                    + " and the like): board as elsewhere, public anybody, unless its visibility"
                    + " is set.")
        OlderPaths olderPaths,
    @Setting(
            key = StreamRules.SETTING,
            json = true,
            expected = StreamRules.EXPECTED,
            description =
                "Who may subscribe to, publish to and read application streams, by patterns of their"
                    + " names; see PROTOCOL. In the configuration file a change takes effect within"
                    + " seconds, also for open sessions.")
        StreamRules streamRules) {

  VisibilityConfig {
    if (byName.containsKey(AuditTrail.STREAM)) {
      throw new InvalidSettingException(
          "visibility", "no entry for " + AuditTrail.STREAM + ", which is for the role viewer");
    }
  }

  /** Values of {@code default-visibility}. */
  enum Default {
    AUTO,
    PUBLIC,
    AUTHENTICATED
  }

  /** Values of {@code older-paths}. */
  enum OlderPaths {
    BOARD,
    PUBLIC
  }

  /** Who may see what has no visibility of its own. The program replaces {@code auto}. */
  Visibility defaultVisibility() {
    return byDefault == Default.PUBLIC ? Visibility.PUBLIC : Visibility.AUTHENTICATED;
  }

  /** Whether older paths show boards without a visibility of their own to anybody. */
  boolean opensOlderPaths() {
    return olderPaths == OlderPaths.PUBLIC;
  }
}
