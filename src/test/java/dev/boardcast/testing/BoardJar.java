package dev.boardcast.testing;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * The example board in a jar of its own: compiled with no class of Boardcast on the class path but
 * those of {@code dev.boardcast.spi}, packed with its migrations and its line for the service
 * loader.
 */
public final class BoardJar {
  private static final String PACKAGE = "dev.boardcast.example";
  private static final Path SOURCES = Path.of("src/test/java/dev/boardcast/example");
  private static final Path MIGRATIONS = Path.of("src/test/resources/db/deploys");
  private static final Path CLASSES = Path.of("target", "classes");
  private static final String SPI = "dev/boardcast/spi";

  private final Path jar;

  private BoardJar(Path jar) {
    this.jar = jar;
  }

  /** Compiles and packs it below a directory. */
  public static BoardJar build(Path directory) throws IOException {
    Path spi = directory.resolve("spi");
    copy(CLASSES.resolve(SPI), spi.resolve(SPI));
    Path classes = Files.createDirectories(directory.resolve("classes"));
    compile(classes, spi + File.pathSeparator + libraries());
    Path jar = directory.resolve("deploys.jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      pack(out, classes, "");
      // As the tools that make jars do; class loaders find a folder by its entry.
      out.putNextEntry(new JarEntry("db/deploys/"));
      pack(out, MIGRATIONS, "db/deploys/");
      out.putNextEntry(new JarEntry("META-INF/services/dev.boardcast.spi.BoardModule"));
      out.write((PACKAGE + ".DeploysModule\n").getBytes(StandardCharsets.UTF_8));
    }
    return new BoardJar(jar);
  }

  /** Runs the program with the jar on its class path, and no class of the tests. */
  public NodeProcess run(String name, List<String> arguments) throws IOException {
    String classPath = String.join(File.pathSeparator, CLASSES.toString(), libraries(), jar + "");
    return NodeProcess.start(name, classPath, "dev.boardcast.server.Main", arguments);
  }

  /** Whether a class is in the jar. */
  public static boolean isOfExample(Class<?> type) {
    return type.getPackageName().equals(PACKAGE);
  }

  private static void compile(Path classes, String classPath) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var messages = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> sources = Files.list(SOURCES)) {
      var units =
          files.getJavaFileObjectsFromPaths(
              sources.filter(file -> file.getFileName().toString().startsWith("Deploy")).toList());
      var options =
          List.of(
              "-d",
              classes + "",
              "-cp",
              classPath,
              "-proc:none",
              "-Xlint:all,-processing,-classfile",
              "-Werror");
      if (!compiler.getTask(messages, files, null, options, null, units).call()) {
        throw new AssertionError("does not compile against the spi alone:\n" + messages);
      }
    }
  }

  /** The jars on the class path: no class of Boardcast is in one. */
  private static String libraries() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) Files.copy(file, to.resolve(file.getFileName()));
    }
  }

  private static void pack(JarOutputStream out, Path directory, String prefix) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = directory.relativize(file).toString().replace(File.separatorChar, '/');
        out.putNextEntry(new JarEntry(prefix + name));
        Files.copy(file, out);
      }
    }
  }
}
