package dev.boardcast.boards.yaml;

import java.util.Locale;

/** Estimates of the planner, as texts. */
final class EstimateText {
  private EstimateText() {}

  static String index(String name) {
    return name.isEmpty() ? "no index" : "the index " + name;
  }

  static String rows(long rows) {
    return "about " + number(rows) + (rows == 1 ? " row" : " rows");
  }

  static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** In the units of the planner. */
  static String cost(double value) {
    return value < 100 ? String.format(Locale.ROOT, "%.2f", value) : number(Math.round(value));
  }
}
