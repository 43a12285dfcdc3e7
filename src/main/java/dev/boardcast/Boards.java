package dev.boardcast;

import dev.boardcast.boards.yaml.BoardFiles;
import dev.boardcast.spi.BoardModule;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** Finds boards: those that come with Boardcast, those of other jars, and those of files. */
public final class Boards {
  /** The boards that come with Boardcast. */
  public static final List<BoardModule> BUILT_IN =
      found(Boards.class.getClassLoader()).stream().filter(Boards::isBuiltIn).toList();

  private Boards() {}

  /**
   * All boards on the class path, those that come with Boardcast first. A jar lists its {@link
   * BoardModule} in {@code META-INF/services/dev.boardcast.spi.BoardModule}.
   *
   * @throws java.util.ServiceConfigurationError when a listed class cannot be created
   */
  public static List<BoardModule> found() {
    return found(Thread.currentThread().getContextClassLoader());
  }

  /**
   * The boards of a directory such as {@code conf/boards}: each file that ends in {@code .yaml},
   * {@code .yml} or {@code .json} is one. Blocks.
   *
   * @param directory if it does not exist, there are no boards
   * @throws IllegalArgumentException for the first file that is not valid, with file, line and
   *     reason. What only the database can check, such as an unknown column, fails {@link
   *     Boardcast#deploy}
   */
  public static List<BoardModule> ofFiles(Path directory) {
    return BoardFiles.read(directory);
  }

  private static List<BoardModule> found(ClassLoader loader) {
    return ServiceLoader.load(BoardModule.class, loader).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(module -> !isBuiltIn(module)))
        .toList();
  }

  private static boolean isBuiltIn(BoardModule module) {
    return module
        .getClass()
        .getPackageName()
        .startsWith(Boards.class.getPackageName() + ".boards.");
  }
}
