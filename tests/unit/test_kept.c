/* What a command leaves on its port for the next: never lost, never freed
 * twice, never taken for another's (cmd/kept.h). */
#include "support.h"

#include "cmd/kept.h"

static void
drop(void *state)
{
    int *dropped = state;

    ++*dropped;
}

static const struct kept_kind ours = { drop }, theirs = { drop };

/* Two states and how often each was dropped. */
struct world {
    struct kept kept;
    struct call call;
    int first, second;
};

static struct world *
make(void)
{
    static struct world w;

    w = (struct world){ .first = 0 };
    w.call.kept = &w.kept;
    assert_int_equal(kept_put(&w.call, &ours, &w.first), OK);
    return &w;
}

static void
is_kept_until_taken(void **state)
{
    struct world *w = make();

    (void)state;
    assert_ptr_equal(kept_of(&w->call, &ours), &w->first);
    assert_ptr_equal(kept_of(&w->call, &ours), &w->first);
    assert_ptr_equal(kept_take(&w->call, &ours), &w->first);
    assert_null(kept_take(&w->call, &ours));
    kept_empty(&w->kept);
    assert_int_equal(w->first, 0); /* the taker's to free */
}

static void
another_kind_neither_sees_nor_takes_nor_drops_it(void **state)
{
    struct world *w = make();

    (void)state;
    assert_null(kept_of(&w->call, &theirs));
    assert_null(kept_take(&w->call, &theirs));
    kept_drop(&w->call, &theirs);
    assert_int_equal(w->first, 0);
    assert_ptr_equal(kept_of(&w->call, &ours), &w->first);
    kept_drop(&w->call, &ours);
    assert_int_equal(w->first, 1);
    assert_null(kept_of(&w->call, &ours));
}

static void
the_next_one_drops_what_was_there(void **state)
{
    struct world *w = make();

    (void)state;
    assert_int_equal(kept_put(&w->call, &theirs, &w->second), OK);
    assert_int_equal(w->first, 1);
    assert_null(kept_of(&w->call, &ours));
    kept_empty(&w->kept);
    kept_empty(&w->kept);
    assert_int_equal(w->first, 1);
    assert_int_equal(w->second, 1);
}

static void
without_a_place_nothing_is_kept(void **state)
{
    struct world *w = make();

    (void)state;
    w->call.kept = NULL;
    assert_int_equal(kept_put(&w->call, &ours, &w->second), ERR_BAD_STATE);
    assert_int_equal(w->second, 1);
    assert_null(kept_of(&w->call, &ours));
    assert_null(kept_take(&w->call, &ours));
    kept_drop(&w->call, &ours);
    assert_int_equal(w->first, 0);
}

int
main(void)
{
    struct support_tests t = { .count = 0 };

#define T(f) support_test(&t, #f, f)
    T(is_kept_until_taken);
    T(another_kind_neither_sees_nor_takes_nor_drops_it);
    T(the_next_one_drops_what_was_there);
    T(without_a_place_nothing_is_kept);
    return support_run("kept", &t, NULL, NULL);
}
