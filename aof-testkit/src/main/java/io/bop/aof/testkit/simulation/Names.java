package io.bop.aof.testkit.simulation;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be done to names, with the answers of a real file system. Guarded by the disk. */
final class Names {

  private final FileTree tree;
  private final Space space;

  Names(FileTree tree, Space space) {
    this.tree = tree;
    this.space = space;
  }

  boolean isDirectory(Path path) {
    return tree.find(path) instanceof Directory;
  }

  /** Adds one directory, if there is none. */
  void makeDirectory(Path directory) throws IOException {
    FileTree.Place place = tree.place(directory);
    if (place.node() instanceof FileContent) {
      throw new FileAlreadyExistsException(directory.toString());
    }
    if (place.node() == null) {
      requireRoom(directory);
      tree.addDirectory(place);
    }
  }

  List<Path> list(Path directory) {
    if (!(tree.find(directory) instanceof Directory found)) {
      return List.of();
    }
    return FileTree.names(found).stream().map(directory::resolve).sorted().toList();
  }

  void sync(Path path) throws IOException {
    if (tree.find(path) instanceof Directory directory) {
      tree.sync(directory);
    } else {
      tree.file(path).force(0, Long.MAX_VALUE, true);
    }
  }

  void requireExists(Path path) throws IOException {
    if (tree.find(path) == null) {
      throw new NoSuchFileException(path.toString());
    }
  }

  void rename(Path from, Path to) throws IOException {
    FileTree.Place source = tree.place(from);
    FileTree.Place target = tree.place(to);
    Node moved = source.node();
    Node replaced = target.node();
    if (moved == null) {
      throw new NoSuchFileException(from.toString(), to.toString(), null);
    }
    if (moved != replaced) {
      String obstacle = obstacle(moved, replaced, from, to);
      if (obstacle != null) {
        throw new FileSystemException(from.toString(), to.toString(), obstacle);
      }
      tree.move(source, target);
    }
  }

  private static @Nullable String obstacle(
      Node moved, @Nullable Node replaced, Path from, Path to) {
    if (moved instanceof FileContent) {
      return replaced instanceof Directory ? "Is a directory" : null;
    }
    if (to.startsWith(from)) {
      return "Invalid argument";
    }
    if (replaced instanceof Directory directory) {
      return FileTree.names(directory).isEmpty() ? null : "Directory not empty";
    }
    return replaced == null ? null : "Not a directory";
  }

  boolean linkIfAbsent(Path existing, Path name) throws IOException {
    FileContent file = tree.file(existing);
    FileTree.Place place = tree.place(name);
    if (place.node() != null) {
      return false;
    }
    requireRoom(name);
    tree.add(place, file);
    return true;
  }

  boolean deleteIfExists(Path path) throws IOException {
    FileTree.Place place;
    try {
      place = tree.place(path);
    } catch (NoSuchFileException e) {
      return false;
    }
    Node node = place.node();
    if (node instanceof Directory directory && !FileTree.names(directory).isEmpty()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
    if (node != null) {
      tree.remove(place);
    }
    return node != null;
  }

  FileContent create(Path file) throws IOException {
    FileTree.Place place = tree.place(file);
    if (place.node() != null) {
      throw new FileAlreadyExistsException(file.toString());
    }
    requireRoom(file);
    return tree.addFile(place);
  }

  FileContent findOrCreate(Path file) throws IOException {
    return tree.place(file).node() == null ? create(file) : tree.file(file);
  }

  /** The file, or the exception that opening it throws. */
  FileContent toOpen(Path file) throws FileNotFoundException {
    Node node = tree.find(file);
    if (node instanceof FileContent content) {
      return content;
    }
    String reason = node == null ? "No such file or directory" : "Is a directory";
    throw new FileNotFoundException(file + " (" + reason + ")");
  }

  /** A name costs nothing here, but on a full disk there is no room for one. */
  private void requireRoom(Path path) throws IOException {
    if (!space.hasPages(1)) {
      throw Space.full(path);
    }
  }
}
