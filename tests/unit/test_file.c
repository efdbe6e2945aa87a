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
    enum err read, open, create, remove, kind;
    enum file_kind what;
} rows[] = {
#define U ERR_STORE_UNSAFE
#define M FILE_MISSING
#define A ERR_ALREADY_EXISTS
    { "a file", "file", OK, U, A, OK, OK, FILE_REGULAR },
    { "a folder", "folder", U, OK, A, U, OK, FILE_DIR },
    { "a FIFO", "fifo", U, U, A, OK, OK, FILE_OTHER },
    { "a link to a file", "link", U, U, A, OK, OK, FILE_LINK },
    { "a link to a folder", "dirlink", U, U, A, OK, OK, FILE_LINK },
    { "a dangling link", "dangling", U, U, A, OK, OK, FILE_LINK },
    { "nothing", "nothing", M, M, OK, OK, M, FILE_OTHER },
    { "no name", "", U, U, U, U, U, FILE_OTHER },
    { "the folder itself", ".", U, U, U, U, U, FILE_OTHER },
    { "its parent", "..", U, U, U, U, U, FILE_OTHER },
    { "a path", "folder/inside", U, U, U, U, U, FILE_OTHER },
    { "a path through a link", "dirlink/inside", U, U, U, U, U, FILE_OTHER },
    { "an absolute path", "/etc/passwd", U, U, U, U, U, FILE_OTHER },
    { "a name of 256 bytes",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        U, U, U, U, U, FILE_OTHER },
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
    assert_int_equal(file_remove(dir, row->entry), row->remove);
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
#define T(f) support_test(&t, #f, f)
    T(replacing_keeps_no_temporary);
    T(sweeping_takes_temporaries_only);
    T(listing_is_bounded);
    T(folders_are_removed_one_deep);
    T(exchanging_needs_both);
    T(a_path_is_made_whole);
    support_each(&t, setup, teardown);
    return support_run("file", &t, NULL, NULL);
}
