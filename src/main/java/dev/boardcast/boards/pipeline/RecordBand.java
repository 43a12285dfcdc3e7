package dev.boardcast.boards.pipeline;

/**
 * The numbers of records that a successful run is expected to have.
 *
 * @param fewest at least 0
 * @param most at least as many
 */
record RecordBand(long fewest, long most) {
  private static final String SEPARATOR = "\\.\\.";

  /**
   * Reads a band such as {@code 100..500}.
   *
   * @throws IllegalArgumentException when it is not one
   */
  static RecordBand parse(String text) {
    String[] bounds = text.strip().split(SEPARATOR, -1);
    if (bounds.length != 2) throw new IllegalArgumentException(text);
    var band = new RecordBand(number(bounds[0]), number(bounds[1]));
    if (band.fewest > band.most) throw new IllegalArgumentException(text);
    return band;
  }

  private static long number(String text) {
    if (!text.matches("\\d{1,10}") || Long.parseLong(text) > ScrapeRun.MAX) {
      throw new IllegalArgumentException(text);
    }
    return Long.parseLong(text);
  }

  @Override
  public String toString() {
    return fewest + ".." + most;
  }
}
