package dev.boardcast.alerts;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import dev.boardcast.web.CidrBlock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How alerts are told. */
@SettingGroup("Alerts")
public record AlertsConfig(
    @Setting(
            key = "alerts-secrets",
            secret = true,
            pattern = "\\S+",
            expected = "<name>=<secret>, separated by commas",
            description =
                "Secrets that channels name: keys that sign webhooks, and addresses that contain a"
                    + " token.")
        Map<String, String> secrets,
    @Setting(
            key = "alerts-private-targets",
            expected = "addresses or networks such as 10.0.0.0/8, separated by commas",
            description =
                "Loopback, link-local and private addresses to which webhooks may be sent; all"
                    + " others of them are refused.")
        List<CidrBlock> privateTargets,
    @Setting(
            key = "alerts-public-url",
            pattern = "https?://[^\\s?#]+[^\\s?#/]",
            expected = "an address such as https://boards.example.org, or nothing",
            description =
                "Where people reach the node; messages have a link to acknowledge an alert only if"
                    + " it is set.")
        Optional<String> publicUrl,
    @Setting(
            key = "alerts-smtp",
            secret = true,
            address = true,
            pattern = "smtps?(\\+starttls)?://[^/?#\\s]+",
            expected = "smtp://user:password@host:port, also smtps:// or smtp+starttls://",
            description =
                "The server that sends mail; smtp:// uses TLS where the server offers it, the"
                    + " others require it.")
        Optional<String> smtp,
    @Setting(
            key = "alerts-mail-from",
            defaultValue = "boardcast@localhost",
            pattern = "[^\\s@<>,;]+@[^\\s@<>,;]+",
            expected = "an e-mail address",
            description = "The sender of mail.")
        String mailFrom,
    @Setting(
            key = "alerts-send-timeout",
            defaultValue = "10s",
            min = "100ms",
            max = "1m",
            description = "How long one attempt to deliver a message may take.")
        Duration sendTimeout,
    @Setting(
            key = "alerts-claim-ttl",
            defaultValue = "30s",
            min = "1s",
            max = "10m",
            description =
                "How long a message belongs to the node that sends it; after that, another one"
                    + " sends it again. Longer than alerts-send-timeout.")
        Duration claimTtl,
    @Setting(
            key = "alerts-attempts",
            defaultValue = "12",
            min = "1",
            max = "100",
            unit = "attempts",
            description = "After how many failed attempts a message is a dead letter.")
        int attempts,
    @Setting(
            key = "alerts-retry-max",
            defaultValue = "5m",
            min = "100ms",
            max = "1d",
            description =
                "The longest pause between two attempts; the first is a second, and each one twice"
                    + " the one before, less a random part.")
        Duration retryMax,
    @Setting(
            key = "alerts-retention",
            defaultValue = "90d",
            min = "1d",
            description = "How long the history of alerts and of messages is kept.")
        Duration retention) {
  public static final AlertsConfig DEFAULTS = Settings.defaults(AlertsConfig.class);

  public AlertsConfig {
    if (claimTtl.compareTo(sendTimeout) <= 0) {
      throw new InvalidSettingException("alerts-claim-ttl", "more than alerts-send-timeout");
    }
  }
}
