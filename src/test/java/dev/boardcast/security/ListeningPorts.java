package dev.boardcast.security;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Finds the TCP ports on which a process listens, as an attacker's scan would. Linux only. */
final class ListeningPorts {
  private static final String LISTEN = "0A";

  private ListeningPorts() {}

  static Set<Integer> of(long pid) throws IOException {
    Set<String> own = sockets(pid);
    var ports = new TreeSet<Integer>();
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
        String[] fields = line.strip().split("\\s+");
        if (!fields[3].equals(LISTEN) || !own.contains("socket:[" + fields[9] + "]")) continue;
        ports.add(Integer.parseInt(fields[1].substring(fields[1].indexOf(':') + 1), 16));
      }
    }
    return ports;
  }

  private static Set<String> sockets(long pid) throws IOException {
    var sockets = new HashSet<String>();
    Path files = Path.of("/proc", Long.toString(pid), "fd");
    try (DirectoryStream<Path> all = Files.newDirectoryStream(files)) {
      for (Path each : all) {
        try {
          sockets.add(Files.readSymbolicLink(each).toString());
        } catch (IOException closed) {
          // Since the listing.
        }
      }
    }
    return sockets;
  }
}
