package dev.boardcast.lab;

import dev.boardcast.server.command.Arguments;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** A command's report as JSON, for machines, if it was asked for. */
final class ReportFile {
  @Option(names = "--json", paramLabel = "FILE", description = "The report as JSON as well.")
  private Path json;

  /** Writes it, or nothing where no file was named. */
  void save(Object report) {
    if (json == null) return;
    try {
      Files.writeString(
          json, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n");
    } catch (IOException unwritable) {
      throw Arguments.invalid("json", json.toString(), "a file that can be written");
    }
  }
}
