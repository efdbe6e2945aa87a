/* Files below an open folder: one component, no link, exact modes. */
#include "support.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"

static char home[256];
static int dir;

static void
at(char path[static 600], const char *name)
{
    snprintf(path, 600, "%s/%s", home, name);
}

/* What stands in the folder: a file, a folder, links, a FIFO. */
static void
furnish(void)
{
    char path[600];

    at(path, "file");
    support_write(path, "hello", 5);
    at(path, "folder");
    mkdir(path, 0755);
    at(path, "folder/inside");
    support_write(path, "x", 1);
    at(path, "fifo");
    mkfifo(path, 0600);
    assert_int_equal(symlinkat("file", dir, "link"), 0);
    assert_int_equal(symlinkat("folder", dir, "dirlink"), 0);
    assert_int_equal(symlinkat("nowhere", dir, "dangling"), 0);
    at(path, "open");
    mkdir(path, 0700);
    chmod(path, 0777);
    at(path, "sticky");
    mkdir(path, 0700);
    chmod(path, 01777);
}

static struct row {
    const char *name; /* what the test says */
    const char *entry;
    enum err read, open, create, write, remove, kind; /* write: over it */
    enum file_kind what;
} rows[] = {
#define U ERR_STORE_UNSAFE
#define M FILE_MISSING
#define A ERR_ALREADY_EXISTS
    { "a file", "file", OK, U, A, OK, OK, OK, FILE_REGULAR },
    { "a folder", "folder", U, OK, A, U, U, OK, FILE_DIR },
    { "a FIFO", "fifo", U, U, A, U, OK, OK, FILE_OTHER },
    { "a link to a file", "link", U, U, A, U, OK, OK, FILE_LINK },
    { "a link to a folder", "dirlink", U, U, A, U, OK, OK, FILE_LINK },
    { "a dangling link", "dangling", U, U, A, U, OK, OK, FILE_LINK },
    { "nothing", "nothing", M, M, OK, OK, OK, M, FILE_OTHER },
    { "no name", "", U, U, U, U, U, U, FILE_OTHER },
    { "the folder itself", ".", U, U, U, U, U, U, FILE_OTHER },
    { "its parent", "..", U, U, U, U, U, U, FILE_OTHER },
    { "a path", "folder/inside", U, U, U, U, U, U, FILE_OTHER },
    { "a path through a link", "dirlink/inside", U, U, U, U, U, U, FILE_OTHER },
    { "an absolute path", "/etc/passwd", U, U, U, U, U, U, FILE_OTHER },
    { "a name of 256 bytes",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        U, U, U, U, U, U, FILE_OTHER },
};

static void
entry_row(void **state)
{
    const struct row *row = *state;
    struct buf data = support_text("new"), got = { 0 };
    enum file_kind kind;
    int inner = -1;

    assert_int_equal(file_kind(dir, row->entry, &kind), row->kind);
    if (row->kind == OK)
        assert_int_equal(kind, row->what);
    assert_int_equal(file_read(dir, row->entry, 100, &got), row->read);
    assert_int_equal(file_open_dir(dir, row->entry, false, &inner), row->open);
    file_close(&inner);
    assert_int_equal(file_create(dir, row->entry, &data), row->create);
    assert_int_equal(file_overwrite(dir, row->entry, 0, &data), row->write);
    assert_int_equal(file_remove(dir, row->entry), row->remove);
    buf_free(&data);
    buf_free(&got);
}

static void
overwriting_leaves_the_rest(void **state)
{
    struct buf data = support_text("EY"), got = { 0 };

    (void)state;
    assert_int_equal(file_overwrite(dir, "file", 1, &data), OK);
    assert_int_equal(file_read(dir, "file", 100, &got), OK);
    assert_string_equal(buf_text(&got), "hEYlo");
    assert_int_equal(file_overwrite(dir, "file", 4, &data), OK);
    assert_int_equal(file_read(dir, "file", 100, &got), OK);
    assert_string_equal(buf_text(&got), "hEYlEY");
    assert_int_equal(file_overwrite(dir, "nothing", 0, &data), FILE_MISSING);
    buf_free(&data);
    buf_free(&got);
}

static struct size {
    const char *name;
    size_t size, max;
    enum err want;
} sizes[] = {
    { "an empty file", 0, 10, OK },
    { "one byte less", 9, 10, OK },
    { "as long as it may be", 10, 10, OK },
    { "one byte more", 11, 10, ERR_TOO_LARGE },
    { "longer than a chunk", 200000, 200000, OK },
    { "longer than a chunk and too long", 200001, 200000, ERR_TOO_LARGE },
};

static void
size_row(void **state)
{
    const struct size *row = *state;
    struct buf data = { 0 }, got = { 0 };

    if (row->size > 0)
        assert_int_equal(buf_extend(&data, row->size), OK);
    assert_int_equal(file_create(dir, "new", &data), OK);
    assert_int_equal(file_read(dir, "new", row->max, &got), row->want);
    assert_int_equal(got.len, row->want == OK ? row->size : 0);
    buf_free(&data);
    buf_free(&got);
}

static struct moving {
    const char *name, *from, *to;
    enum err want;
} movings[] = {
    { "to a free name", "file", "new", OK },
    { "over a file", "file", "fifo", ERR_ALREADY_EXISTS },
    { "over a folder", "file", "folder", ERR_ALREADY_EXISTS },
    { "over a link", "file", "dangling", ERR_ALREADY_EXISTS },
    { "of nothing", "nothing", "new", FILE_MISSING },
    { "out of the folder", "file", "../new", ERR_STORE_UNSAFE },
    { "into a folder by its path", "file", "folder/new", ERR_STORE_UNSAFE },
};

static void
move_row(void **state)
{
    const struct moving *row = *state;

    assert_int_equal(file_move(dir, row->from, dir, row->to), row->want);
}

static struct making {
    const char *name, *in;
    enum err want;
} makings[] = {
    { "in a folder of ours", "folder", OK },
    { "in one that everybody may write", "open", ERR_STORE_UNSAFE },
    { "in one that is sticky", "sticky", OK },
};

static void
making_row(void **state)
{
    const struct making *row = *state;
    int outer = -1, inner = -1;
    struct stat st;

    assert_int_equal(file_open_dir(dir, row->in, false, &outer), OK);
    assert_int_equal(file_open_dir(outer, "new", true, &inner), row->want);
    if (row->want == OK) {
        assert_int_equal(fstat(inner, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0700);
    }
    file_close(&inner);
    file_close(&outer);
}

static void
replacing_keeps_no_temporary(void **state)
{
    struct buf data = support_text("other"), got = { 0 };
    char path[600];
    struct stat st;

    (void)state;
    assert_int_equal(file_replace(dir, "file", &data), OK);
    assert_int_equal(file_read(dir, "file", 100, &got), OK);
    assert_string_equal(buf_text(&got), "other");
    at(path, "file");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(file_replace(dir, "link", &data), OK);
    at(path, "link"); /* the link is replaced, not followed */
    assert_int_equal(lstat(path, &st), 0);
    assert_true(S_ISREG(st.st_mode));
    assert_int_equal(file_replace(dir, "folder", &data), ERR_STORE_UNSAFE);
    assert_int_equal(file_replace(dir, "a/b", &data), ERR_STORE_UNSAFE);
    buf_free(&data);
    buf_free(&got);
}

static void
sweeping_takes_temporaries_only(void **state)
{
    static const char *const left[] = { ".ingam-0123456789abcdef" },
                             *const stay[] = { ".ingam-0123456789abcde",
                                 ".ingam-0123456789abcdef0",
                                 ".ingam-0123456789abcdeg",
                                 "x.ingam-0123456789abcdef", ".ingam-room",
                                 ".ingam-t1" };
    struct buf data = support_text("left");
    enum file_kind kind;
    size_t i;

    (void)state;
    assert_int_equal(file_create(dir, left[0], &data), OK);
    for (i = 0; i < sizeof(stay) / sizeof(stay[0]); i++)
        assert_int_equal(file_create(dir, stay[i], &data), OK);
    file_sweep(dir);
    assert_int_equal(file_kind(dir, left[0], &kind), FILE_MISSING);
    for (i = 0; i < sizeof(stay) / sizeof(stay[0]); i++) {
        assert_int_equal(file_kind(dir, stay[i], &kind), OK);
        assert_int_equal(file_remove(dir, stay[i]), OK);
    }
    buf_free(&data);
}

static enum err
count(void *ctx, const char *name)
{
    assert_int_not_equal(strncmp(name, ".ingam", 6), 0);
    return ++*(int *)ctx < 100 ? OK : ERR_INTERNAL;
}

static void
listing_is_bounded(void **state)
{
    bool cut = false;
    int n = 0;

    (void)state;
    assert_int_equal(file_list(dir, 100, count, &n, &cut), OK);
    assert_int_equal(n, 8);
    assert_false(cut);
    n = 0;
    assert_int_equal(file_list(dir, 7, count, &n, &cut), OK);
    assert_int_equal(n, 7);
    assert_true(cut);
    n = 99;
    assert_int_equal(file_list(dir, 100, count, &n, &cut), ERR_INTERNAL);
}

/* Not every file system writes in place; then no file is overwritten. */
static bool
writes_in_place(void)
{
    struct buf data = { 0 };
    bool overwritten = true;

    assert_int_equal(buf_put_text(&data, "probe"), OK);
    assert_int_equal(file_create(dir, "probe", &data), OK);
    assert_int_equal(file_shred(dir, "probe", &overwritten), OK);
    buf_free(&data);
    return overwritten;
}

static struct shredded {
    const char *name, *entry;
    enum err want;
    bool gone, overwritten;
} shreds[] = {
    { "shred a file", "file", OK, true, true },
    { "shred what is not there", "none", OK, true, true },
    { "shred a link, not what it names", "link", OK, true, true },
    { "shred a FIFO", "fifo", OK, true, true },
    { "shred a file with a second name", "twice", OK, true, false },
    { "shred a folder", "folder", ERR_STORE_UNSAFE, false, true },
    { "shred a path", "folder/inside", ERR_STORE_UNSAFE, false, true },
};

static void
shred_row(void **state)
{
    const struct shredded *row = *state;
    struct buf data = { 0 };
    bool overwritten = true;
    enum file_kind kind;
    char path[600], other[600];

    at(path, "file");
    at(other, "first");
    support_write(other, "hello", 5);
    at(path, "twice");
    assert_int_equal(link(other, path), 0);
    assert_int_equal(file_shred(dir, row->entry, &overwritten), row->want);
    assert_int_equal(overwritten,
        row->overwritten &&
            (strcmp(row->entry, "file") != 0 || writes_in_place()));
    if (row->gone)
        assert_int_equal(file_kind(dir, row->entry, &kind), FILE_MISSING);
    at(path, "folder/inside");
    assert_int_equal(access(path, F_OK), 0);
    assert_true(support_read(other, &data)); /* the other name is unharmed */
    assert_string_equal(buf_text(&data), "hello");
    buf_free(&data);
    if (strcmp(row->entry, "link") == 0)
        assert_int_equal(file_kind(dir, "file", &kind), OK);
}

static struct owned {
    const char *name, *entry;
    mode_t before;
    bool lax;
    enum err want;
    mode_t after;
    bool changed;
} owneds[] = {
    { "own a file that others read", "file", 0644, false, OK, 0600, true },
    { "own a file that nobody reads", "file", 0000, false, OK, 0600, true },
    { "own a file that is", "file", 0600, false, OK, 0600, false },
    { "own a folder", "folder", 0755, false, OK, 0700, true },
    { "own a folder that is", "folder", 0700, false, OK, 0700, false },
    { "own a folder others read, lax", "folder", 0755, true, OK, 0755, false },
    { "own a folder others write, lax", "folder", 0777, true, OK, 0755, true },
    { "own a folder nobody enters, lax", "folder", 0044, true, OK, 0744, true },
    { "own the folder itself", NULL, 0750, false, OK, 0700, true },
    { "own a link", "link", 0, false, ERR_STORE_UNSAFE, 0, false },
    { "own a FIFO", "fifo", 0600, false, ERR_STORE_UNSAFE, 0600, false },
    { "own what is not there", "none", 0, false, FILE_MISSING, 0, false },
    { "own a path", "folder/inside", 0, false, ERR_STORE_UNSAFE, 0, false },
};

static void
own_row(void **state)
{
    const struct owned *row = *state;
    bool changed = false;
    char path[600];
    struct stat st;

    at(path, row->entry == NULL ? "." : row->entry);
    if (row->before != 0 || row->after != 0)
        assert_int_equal(chmod(path, row->before), 0);
    assert_int_equal(file_own(dir, row->entry, row->lax, &changed), row->want);
    assert_int_equal(changed, row->changed);
    if (row->after != 0) {
        assert_int_equal(lstat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, row->after);
    }
}

/* Seen through a descriptor that was opened before. */
static void
shredded_bytes_are_gone(void **state)
{
    char path[600], got[5];
    bool overwritten = true;
    int fd;

    (void)state;
    at(path, "file");
    fd = open(path, O_RDONLY);
    assert_int_equal(file_shred(dir, "file", &overwritten), OK);
    assert_int_equal(pread(fd, got, sizeof(got), 0), sizeof(got));
    assert_memory_not_equal(got, "hello", sizeof(got));
    close(fd);
}

static void
folders_are_shredded_one_deep(void **state)
{
    bool overwritten = true;
    enum file_kind kind;
    char path[600];

    (void)state;
    assert_int_equal(file_shred_dir(dir, "none", &overwritten), OK);
    assert_int_equal(file_shred_dir(dir, "folder", &overwritten), OK);
    assert_int_equal(file_kind(dir, "folder", &kind), FILE_MISSING);
    assert_int_equal(overwritten, writes_in_place());
    assert_int_equal(
        file_shred_dir(dir, "dirlink", &overwritten), ERR_STORE_UNSAFE);
    at(path, "open/deep");
    mkdir(path, 0700);
    assert_int_equal(
        file_shred_dir(dir, "open", &overwritten), ERR_STORE_UNSAFE);
    assert_int_equal(access(path, F_OK), 0);
}

static void
folders_are_removed_one_deep(void **state)
{
    char path[600];

    (void)state;
    at(path, "folder/deep");
    mkdir(path, 0700);
    assert_int_equal(file_remove_dir(dir, "folder"), ERR_STORE_UNSAFE);
    rmdir(path);
    assert_int_equal(file_remove_dir(dir, "folder"), OK);
    assert_int_equal(file_remove_dir(dir, "folder"), OK);
    assert_int_equal(file_remove_dir(dir, "dirlink"), ERR_STORE_UNSAFE);
    assert_int_equal(file_remove_dir(dir, "file"), ERR_STORE_UNSAFE);
}

static void
exchanging_needs_both(void **state)
{
    struct buf got = { 0 };
    enum file_kind kind;

    (void)state;
    assert_int_equal(file_exchange(dir, "file", "nothing"), FILE_MISSING);
    assert_int_equal(file_exchange(dir, "file", "../x"), ERR_STORE_UNSAFE);
    assert_int_equal(file_exchange(dir, "file", "folder"), OK);
    assert_int_equal(file_kind(dir, "file", &kind), OK);
    assert_int_equal(kind, FILE_DIR);
    assert_int_equal(file_read(dir, "folder", 10, &got), OK);
    assert_string_equal(buf_text(&got), "hello");
    buf_free(&got);
}

static struct root {
    const char *name, *path; /* below the folder, or absolute */
    bool make;
    enum err want;
} roots[] = {
    { "a folder", "folder", false, OK },
    { "a link", "dirlink", false, ERR_STORE_UNSAFE },
    { "a link, to be made", "dirlink", true, ERR_STORE_UNSAFE },
    { "a dangling link, to be made", "dangling", true, ERR_STORE_UNSAFE },
    { "a file", "file", true, ERR_STORE_UNSAFE },
    { "nothing", "nothing", false, FILE_MISSING },
    { "to be made", "nothing", true, OK },
    { "to be made without its parent", "nothing/more", true, FILE_MISSING },
    { "through a link to it", "dirlink/new", true, OK },
    { "a slash behind", "folder/", false, ERR_STORE_UNSAFE },
    { "a relative path", NULL, false, ERR_STORE_UNSAFE },
};

static void
root_row(void **state)
{
    const struct root *row = *state;
    char path[600];
    int fd = -1;

    at(path, row->path == NULL ? "" : row->path);
    assert_int_equal(
        file_open_root(row->path == NULL ? "folder" : path, row->make, &fd),
        row->want);
    file_close(&fd);
    assert_int_equal(fd, -1);
}

static void
a_path_is_made_whole(void **state)
{
    char path[600];
    struct stat st;
    int fd = -1;

    (void)state;
    at(path, "a/b/c");
    assert_int_equal(file_open_path(path, false, &fd), FILE_MISSING);
    assert_int_equal(file_open_path(path, true, &fd), OK);
    file_close(&fd);
    at(path, "a");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    at(path, "file/b");
    assert_int_equal(file_open_path(path, true, &fd), ERR_STORE_UNSAFE);
    at(path, "dangling/b");
    assert_int_not_equal(file_open_path(path, true, &fd), OK);
    assert_int_equal(file_open_path("a/b", true, &fd), ERR_STORE_UNSAFE);
}

static int
setup(void **state)
{
    (void)state;
    support_folder(home);
    dir = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    furnish();
    return dir < 0;
}

static int
teardown(void **state)
{
    (void)state;
    file_close(&dir);
    support_remove(home);
    return 0;
}

int
main(void)
{
    static struct support_tests t;

    SUPPORT_ROWS(&t, entry_row, rows);
    SUPPORT_ROWS(&t, size_row, sizes);
    SUPPORT_ROWS(&t, move_row, movings);
    SUPPORT_ROWS(&t, making_row, makings);
    SUPPORT_ROWS(&t, root_row, roots);
    SUPPORT_ROWS(&t, shred_row, shreds);
    SUPPORT_ROWS(&t, own_row, owneds);
#define T(f) support_test(&t, #f, f)
    T(overwriting_leaves_the_rest);
    T(replacing_keeps_no_temporary);
    T(sweeping_takes_temporaries_only);
    T(listing_is_bounded);
    T(folders_are_removed_one_deep);
    T(shredded_bytes_are_gone);
    T(folders_are_shredded_one_deep);
    T(exchanging_needs_both);
    T(a_path_is_made_whole);
    support_each(&t, setup, teardown);
    return support_run("file", &t, NULL, NULL);
}
