package dev.boardcast;

/** The door for operators. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {}
}
