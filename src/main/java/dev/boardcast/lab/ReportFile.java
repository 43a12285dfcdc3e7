package dev.boardcast.lab;

import dev.boardcast.server.command.Arguments;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option {@code --json}, which writes a command's report to a file. */
final class ReportFile {
  @Option(names = "--json", paramLabel = "FILE", description = "Also write the report as JSON.")
  private Path json;

  /** Writes the report if the option was given. */
  void write(Object report) {
    if (json == null) return;
    try {
      Files.writeString(
          json, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n");
    } catch (IOException unwritable) {
      throw Arguments.invalid("json", json.toString(), "a file that can be written");
    }
  }
}
