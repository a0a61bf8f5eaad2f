import { guardNestedQueries } from '../../../engine/store/sql/nested-query-guard';

guardNestedQueries();
