"""Numbers without gaps: one row a series, moved inside the transaction that uses the number."""

from django.db import connection, models, transaction


class Series(models.Model):
    """The last number given in one series: an owner (county code), a kind of paper, a year.

    Not audited itself: each number is bound by the history of the paper that bears it.
    """

    owner = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "kind", "year"], name="one_row_for_each_series")]

    def __str__(self) -> str:
        return f"{self.owner}/{self.kind}/{self.year}: {self.last}"

    @classmethod
    def next(cls, *, owner: str, kind: str, year: int) -> int:
        """Return the next number of the series: 1, 2, 3 … without gap or twin.

        Must run inside the transaction that makes the numbered thing: when that rolls back, so does
        the number. The row stays locked until the commit, so take the number late.
        """
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError("a number is taken only inside the transaction that uses it")
        table = connection.ops.quote_name(cls._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (owner, kind, year, last) VALUES (%s, %s, %s, 1) "
                f"ON CONFLICT (owner, kind, year) DO UPDATE SET last = {table}.last + 1 RETURNING last",
                [owner, kind, year],
            )
            (number,) = cursor.fetchone()
        return number
