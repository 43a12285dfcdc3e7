package dev.boardcast.server;

import dev.boardcast.Boardcast;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.StreamRules;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the rules of streams in the configuration file: a change takes effect on the running
 * node. While the file cannot be used, the rules before stay in force.
 */
final class StreamRuleFile {
  private static final Logger LOG = LoggerFactory.getLogger(StreamRuleFile.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final EffectiveSettings settings;
  private StreamRules known;
  private String warned = "";

  StreamRuleFile(EffectiveSettings settings) {
    this.settings = settings;
    known = settings.get(StreamRules.SETTING, StreamRules.class);
  }

  /** Reads the file every {@code INTERVAL} until the given Vert.x closes. */
  void follow(Vertx vertx, Boardcast node) {
    vertx.setPeriodic(
        INTERVAL.toMillis(),
        tick ->
            vertx.executeBlocking(
                () -> {
                  read(node);
                  return null;
                }));
  }

  /** Reads the file once. Blocks. */
  synchronized void read(Boardcast node) {
    try {
      StreamRules now = settings.reread(StreamRules.SETTING, StreamRules.class).orElse(known);
      warned = "";
      if (now.equals(known)) return;
      known = now;
      node.streamRules(now);
      LOG.info("{} has changed: {} rules are in force", StreamRules.SETTING, now.list().size());
    } catch (InvalidSettingException unusable) {
      if (!unusable.getMessage().equals(warned)) {
        LOG.warn("{}; the rules before stay in force", unusable.getMessage());
      }
      warned = unusable.getMessage();
    }
  }
}
