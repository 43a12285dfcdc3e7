package dev.boardcast.server.command;

import java.util.concurrent.Callable;

/**
 * A command that the program finds by {@link java.util.ServiceLoader} and offers beside its own.
 *
 * <p>An implementation is public, has a public constructor without parameters, and is annotated
 * with picocli's {@code @Command}, which gives its name, options and help. {@link #call} runs on
 * the main thread with logging already configured, may block, and returns the exit code: 0, or 1
 * for a failure. What {@link Arguments} throws ends the program with one line and exit code 2.
 */
public interface ProgramCommand extends Callable<Integer> {
  /** Main class of the program, for commands that start nodes in processes of their own. */
  String MAIN_CLASS = "dev.boardcast.server.Main";
}
