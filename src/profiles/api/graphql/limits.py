"""How much one GraphQL question may ask: its depth, and what it costs before anything is fetched.

A question grows by nesting, by the same field under many names, and by fragments that are spread again and
again; all three are counted on the question itself, in one pass, before it runs.
"""

from typing import Any, Final

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    VariableNode,
)

DEEPEST: Final = 10
MAX_COST: Final = 5_000
"""A thousand people with three of their fields; more is asked for in pages."""
OF_A_LIST: Final = 250
"""What a list costs before its rows: a search may count ten thousand of a million names."""
MAX_TOKENS: Final = 1_000
"""The usual rules compare fields pair by pair; so many keep that under a fraction of a second."""
_NESTED: Final = 64
"""Depth of fragments within fragments; no real query needs more."""


class WithinLimits(ValidationRule):
    """Refuses questions that are too deep or cost too much. ``variables`` tell how many are asked for."""

    variables: dict[str, Any] = {}  # noqa: RUF012  replaced by each question's own rule

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._known: dict[str, tuple[int, int]] = {}

    def enter_operation_definition(self, node: OperationDefinitionNode, *_rest: Any) -> None:
        """Measure an operation with all it spreads."""
        depth, cost = self._measure(node.selection_set, 0)
        if depth > DEEPEST:
            self.report_error(GraphQLError(f"The query is {depth} levels deep; {DEEPEST} are allowed.", node))
        if cost > MAX_COST:
            said = f"The query costs {cost}; {MAX_COST} is allowed. Ask for fewer people or fields."
            self.report_error(GraphQLError(said, node))

    def _measure(self, selections: SelectionSetNode | None, nested: int) -> tuple[int, int]:
        """Return depth and cost of a selection: each field costs one, for as many rows as it may bring."""
        if selections is None:
            return 0, 0
        if nested > _NESTED:
            return DEEPEST + 1, MAX_COST + 1
        depths, costs = [0], [0]
        for selection in selections.selections:
            depth, cost = self._measure_one(selection, nested + 1)
            depths.append(depth)
            costs.append(cost)
        return max(depths), min(sum(costs), 100 * MAX_COST)

    def _measure_one(self, selection: Any, nested: int) -> tuple[int, int]:
        if isinstance(selection, FragmentSpreadNode):
            return self._measure_fragment(selection.name.value, nested)
        depth, cost = self._measure(selection.selection_set, nested)
        if not isinstance(selection, FieldNode):
            return depth, cost
        itself = OF_A_LIST if selection.name.value == "people" else 1
        return depth + 1, itself + cost * self._rows(selection)

    def _measure_fragment(self, name: str, nested: int) -> tuple[int, int]:
        """Measure a fragment once, however often it is spread; a circle is refused by the usual rules."""
        if name not in self._known:
            self._known[name] = (0, 0)
            found = self.context.get_fragment(name)
            self._known[name] = self._measure(found.selection_set if found else None, nested)
        return self._known[name]

    def _rows(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value == "first":
                return max(1, self._number(argument.value))
            if argument.name.value == "representations":
                return max(1, self._length(argument.value))
        return 25 if node.name.value == "people" else 1

    def _number(self, value: Any) -> int:
        if isinstance(value, IntValueNode):
            return int(value.value) if len(value.value) <= 9 else MAX_COST  # noqa: PLR2004  ten digits are too many
        if not isinstance(value, VariableNode):
            return 25
        given = self.variables.get(value.name.value)
        # A whole number may also be written 1000.0: the types take it for one.
        asked = int(given) if isinstance(given, int | float) else 25
        return max(asked, *map(self._number, self._defaults(value)), 0)

    def _length(self, value: Any) -> int:
        if isinstance(value, ListValueNode):
            return len(value.values)
        if not isinstance(value, VariableNode):
            return 1
        given = self.variables.get(value.name.value)
        asked = len(given) if isinstance(given, list) else 1
        return max(asked, *map(self._length, self._defaults(value)), 0)

    def _defaults(self, variable: VariableNode) -> list[Any]:
        """Return the defaults of a variable that is not given, from every operation of the document."""
        if variable.name.value in self.variables:
            return []
        return [
            one.default_value
            for operation in self.context.document.definitions
            if isinstance(operation, OperationDefinitionNode)
            for one in operation.variable_definitions or ()
            if one.variable.name.value == variable.name.value and one.default_value is not None
        ]
