package dev.boardcast.boards.yaml;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The text of a valid board file of version 2, and variants of it. */
record DeclarationText(String text) {
  /** Line numbers of tests are those of this text. */
  static final DeclarationText SALES =
      new DeclarationText(
          """
          version: 2
          name: sales
          title: Sales
          zone: Europe/Berlin
          facts:
            site: {type: text, required: false}
            amount: {type: decimal, min: -1000000, max: 1000000}
            status: {type: text, values: [paid, open]}
            seconds: {type: decimal, required: false}
            at: time
          time: at
          dimensions: [site]
          metrics:
            orders: {count: all, label: Orders}
            revenue.today: {sum: amount, where: status = 'paid', window: today, label: Today, currency: EUR, decimals: 2, direction: up, target: 100, thresholds: {warning: 50, critical: 10}}
            revenue.week: {sum: amount, where: status = 'paid', window: week, label: This week, currency: EUR, decimals: 2}
            average: {avg: amount, label: Average, currency: EUR}
            recent: {count: all, window: 15m, label: Recent}
            pace: {rate: recent, per: hour, label: Pace}
            paid: {count: all, where: status = 'paid', label: Paid}
            share: {ratio: [paid, orders], unit: percent, label: Paid}
            sites: {distinct: site, window: 7d, label: Sites}
            least: {min: amount, window: month, label: Least}
            most: {max: amount, window: 24h, label: Most}
            p95: {percentile: seconds, rank: 95, unit: seconds, label: Slow}
            latest: {last: amount, by: site, label: Latest}
            by_site: {sum: amount, by: site, top: 2, label: By site, show: [table]}
            amounts: {distinct: amount, approximate: true, window: 7d, label: Amounts}
          """);

  DeclarationText with(String there, String instead) {
    if (!text.contains(there)) throw new AssertionError("no " + there);
    return new DeclarationText(text.replace(there, instead));
  }

  Declaration in(Path directory) throws IOException {
    return DeclarationReader.read(
        YamlFile.read(at(directory)), text.getBytes(StandardCharsets.UTF_8));
  }

  Path at(Path directory) throws IOException {
    return Files.writeString(directory.resolve("board.yaml"), text);
  }
}
